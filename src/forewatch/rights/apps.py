"""The application `rights`."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.rights"
    label = "rights"
