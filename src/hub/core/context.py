from hub.core.display import Display


def page(request):
    """How the person likes to see the page. Whose name and colours it carries is said by hub.config."""
    return {"display": Display.of(request)}
