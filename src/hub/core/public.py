"""Pages that are the same for everybody who is not signed in, so that they can be made once and kept."""

from django.utils.cache import patch_cache_control, patch_vary_headers


def public_page(request, response, *, max_age=30):
    """Let this page be kept, unless it was made for somebody who is signed in. Without an age, ask before each use."""
    patch_vary_headers(response, ["Cookie", "Accept-Language", "Accept-Encoding"])
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
        return response
    response.is_public_page = True
    patch_cache_control(response, public=True, **({"no_cache": True} if max_age is None else {"max_age": max_age}))
    return response
