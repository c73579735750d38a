"""The application `grading`, a part of intake."""

from django.apps import AppConfig


class GradingConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.intake.grading"
    label = "grading"

    def ready(self) -> None:
        """Keep the grade of each statement by hand, and let it go with the statement."""
        from forewatch.intake.grading.keeping import forget, keep
        from forewatch.register.signals import graded, rows_leaving

        graded.connect(keep, dispatch_uid="grading")
        rows_leaving.connect(forget, dispatch_uid="grading")
