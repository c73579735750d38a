"""The application that wires the others."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, addresses and the first page."""

    name = "forewatch.config"
    label = "config"
