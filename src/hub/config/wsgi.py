import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.config.settings")
application = get_wsgi_application()
# What is there from the start is there to stay. Otherwise each search for what can go looks through all of it again.
gc.collect()
gc.freeze()
