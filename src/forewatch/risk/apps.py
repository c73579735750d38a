"""The application `risk`."""

from django.apps import AppConfig


class RiskConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.risk"
    label = "risk"
