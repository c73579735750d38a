"""The application `keystore`."""

from django.apps import AppConfig


class KeystoreConfig(AppConfig):
    """See the package's own sentence."""

    name = "forewatch.keystore"
    label = "keystore"
