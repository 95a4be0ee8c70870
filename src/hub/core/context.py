from django.conf import settings

from hub.core.brand import Brand
from hub.core.display import Display


def page(request):
    """What every page needs: how the person likes to see it, and whose name it carries.

    A view of one partnership's pages may set `request.brand`.
    """
    return {
        "display": Display.of(request),
        "brand": getattr(request, "brand", None) or Brand(settings.HUB_NAME),
    }
