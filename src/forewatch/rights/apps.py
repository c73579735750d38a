"""The application `rights`."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.rights"
    label = "rights"

    def ready(self) -> None:
        """Let contests go with the people they are about."""
        from forewatch.register.signals import rows_leaving
        from forewatch.rights.leaving import forget_contests

        rows_leaving.connect(forget_contests, dispatch_uid="rights")
