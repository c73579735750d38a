"""The application `office`."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.office"
    label = "office"
