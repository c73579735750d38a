"""The application `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.reports"
    label = "reports"

    def ready(self) -> None:
        """Let nobody stand on a list who has left the register."""
        from forewatch.register.signals import rows_leaving
        from forewatch.reports.paper.leaving import strike_from_lists

        rows_leaving.connect(strike_from_lists, dispatch_uid="reports")
