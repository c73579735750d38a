"""The application `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.reports"
    label = "reports"

    def ready(self) -> None:
        """Let nobody stand on a list who has left the register."""
        from forewatch.register.signals import rows_leaving, undo_asked
        from forewatch.reports.paper.leaving import listed, strike_from_lists

        rows_leaving.connect(strike_from_lists, dispatch_uid="reports")
        undo_asked.connect(listed, dispatch_uid="reports")
