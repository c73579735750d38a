"""The application that the server program runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forewatch.config.settings")
application = get_wsgi_application()

# Only now are applications loaded.
from forewatch.config.readying import make_ready  # noqa: E402

make_ready()
