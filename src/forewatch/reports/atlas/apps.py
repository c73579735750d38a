"""The application `atlas`, a part of reports."""

from django.apps import AppConfig


class AtlasConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.reports.atlas"
    label = "atlas"
