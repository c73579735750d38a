"""The application `register`."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.register"
    label = "register"
