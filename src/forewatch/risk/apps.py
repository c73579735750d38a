"""The application `risk`."""

from django.apps import AppConfig


class RiskConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.risk"
    label = "risk"

    def ready(self) -> None:
        """Follow what changes in the register."""
        from forewatch.register.signals import communities_changed, households_changed, rows_leaving
        from forewatch.risk.following import follow, follow_communities, forget

        households_changed.connect(follow, dispatch_uid="risk")
        communities_changed.connect(follow_communities, dispatch_uid="risk")
        rows_leaving.connect(forget, dispatch_uid="risk")
