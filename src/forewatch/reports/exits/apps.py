"""The application `exits`."""

from django.apps import AppConfig


class ExitsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.reports.exits"
    label = "exits"

    def ready(self) -> None:
        """Tell recipients when somebody leaves the register, and let no figures out by one pair of hands."""
        from forewatch.register.signals import no_longer_shared, rows_leaving, undo_asked
        from forewatch.reports.exits.leaving import let_out, strike_from_exits, strike_no_longer_shared
        from forewatch.reports.exits.proposing import propose_release
        from forewatch.risk.signals import release_made

        rows_leaving.connect(strike_from_exits, dispatch_uid="exits")
        undo_asked.connect(let_out, dispatch_uid="exits")
        no_longer_shared.connect(strike_no_longer_shared, dispatch_uid="exits")
        release_made.connect(propose_release, dispatch_uid="exits")
