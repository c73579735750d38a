"""The application `places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.places"
    label = "places"
