"""The application `intake`."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.intake"
    label = "intake"
