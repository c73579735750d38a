"""The application that wires the others."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, addresses and the first page."""

    name = "forewatch.config"
    label = "config"

    def ready(self) -> None:
        """Keep a real installation to the machines that it has business with."""
        from django.conf import settings

        from forewatch.config.destinations import hosts_of, keep_to

        if not settings.DEMO:
            keep_to(hosts_of(settings.DATABASES.values()))
