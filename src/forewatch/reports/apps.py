"""The application `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.reports"
    label = "reports"
