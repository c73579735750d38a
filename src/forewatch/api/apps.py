"""The application `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.api"
