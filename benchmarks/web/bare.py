"""The least that a Django view can do: no middleware at all."""

from benchmarks.web.settings import *

MIDDLEWARE = []
