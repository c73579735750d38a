"""The application `rights`."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.rights"
    label = "rights"

    def ready(self) -> None:
        """Let contests go with the people they are about, and keep a batch on which one stands."""
        from forewatch.register.signals import rows_leaving, undo_asked
        from forewatch.rights.leaving import forget_contests, said_of

        rows_leaving.connect(forget_contests, dispatch_uid="rights")
        undo_asked.connect(said_of, dispatch_uid="rights")
