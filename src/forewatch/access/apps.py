"""The application `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.access"
    label = "access"

    def ready(self) -> None:
        """Connect what follows a sign-in."""
        from forewatch.access import receivers, watching  # noqa: F401
