from hub.demo.models import Letter


def letters():
    """Everything that would have been sent, to whomever: only made-up people are here."""
    return Letter.objects.all()
