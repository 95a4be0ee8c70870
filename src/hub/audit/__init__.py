"""The record of what happened. `record("pledge.made", subject=pledge, by=user)` inside the same transaction."""


def record(event, *, subject=None, by=None, **details):
    """Add a fact to the record; details are kept as a keyed hash only."""
    from hub.audit.chain import add  # models cannot be imported while the applications are still loading

    return add(event, subject=subject, by=by, **details)
