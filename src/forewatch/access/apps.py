"""The application `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.access"
    label = "access"
