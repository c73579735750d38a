"""The application `informing`."""

from django.apps import AppConfig


class InformingConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.rights.informing"
    label = "informing"

    def ready(self) -> None:
        """Note who is to be told when something is collected from others, and forget it with the rows."""
        from forewatch.register.signals import batch_leaving, collected, rows_leaving, undo_asked
        from forewatch.rights.informing.owing import forget, owe, owe_no_more, said_to

        collected.connect(owe, dispatch_uid="informing")
        batch_leaving.connect(owe_no_more, dispatch_uid="informing")
        rows_leaving.connect(forget, dispatch_uid="informing")
        undo_asked.connect(said_to, dispatch_uid="informing")
