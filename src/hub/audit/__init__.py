def record(event, *, subject=None, by=None, **details):
    """Add a fact to the record. (The chain itself comes with the next commit.)"""
