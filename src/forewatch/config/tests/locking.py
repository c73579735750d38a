"""The keys of the installation in a test: dropped as by `forewatch lock`, and back as after a start."""

from __future__ import annotations

import pyrage
import pytest
from django.conf import LazySettings

INBOX = pyrage.x25519.Identity.generate()


class Keys:
    """The keys of the installation, which are dropped and come back."""

    def __init__(self, settings: LazySettings) -> None:
        self.settings, self.seal, self.lookup = settings, settings.SEAL_KEY, settings.LOOKUP_KEY
        settings.INBOX = str(INBOX.to_public())

    def drop(self) -> None:
        """Lock the installation."""
        self.settings.LOCKED = True
        self.settings.SEAL_KEY = self.settings.LOOKUP_KEY = b""

    def come_back(self) -> None:
        """Start it with its keys again."""
        self.settings.LOCKED, self.settings.INBOX_KEY = False, str(INBOX)
        self.settings.SEAL_KEY, self.settings.LOOKUP_KEY = self.seal, self.lookup


@pytest.fixture
def keys(settings: LazySettings) -> Keys:
    """Return the keys, at hand until they are dropped."""
    return Keys(settings)
