"""Passwords are hashed one at a time, on one core: whoever tries many leaves the rest to those who work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext as _

from forewatch.ui.problems import Busy

WAITING = 3
"""So many sign-ins are in hand at a time, one of them being hashed: threads are left for every other page."""
_seats, _turn = BoundedSemaphore(WAITING), Lock()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _seats.acquire(blocking=False):
        raise Busy(_("Many people are signing in just now. Wait half a minute, then try again."))
    try:
        with _turn:
            yield
    finally:
        _seats.release()


class OneAtATime(Argon2PasswordHasher):
    """Django's Argon2id with its memory and its rounds, in one lane: as strong, and never on all cores.

    Raises Busy where too many wait already.
    """

    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash a password."""
        with _one_at_a_time():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one that was hashed."""
        with _one_at_a_time():
            return bool(super().verify(password, encoded))
