"""The application `intake`."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.intake"
    label = "intake"

    def ready(self) -> None:
        """Let rows set aside go with people of their file."""
        from forewatch.intake.letting_go import let_go_with
        from forewatch.register.signals import rows_leaving

        rows_leaving.connect(let_go_with, dispatch_uid="intake")
