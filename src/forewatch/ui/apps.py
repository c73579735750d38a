"""The application `ui`."""

from django.apps import AppConfig


class UIConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.ui"
    label = "ui"
