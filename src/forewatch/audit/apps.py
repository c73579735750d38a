"""The application `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.audit"
    label = "audit"
