"""The application `concerns`, a part of intake."""

from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.intake.concerns"
    label = "concerns"
