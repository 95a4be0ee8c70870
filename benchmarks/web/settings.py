"""The platform's own settings, with a page that does nothing beside its pages."""

from hub.config.settings import *

ROOT_URLCONF = "benchmarks.web.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEBUG = False
