"""A keyed fingerprint of a file, by which the very same one is known again.

A plain hash would let whoever holds the database confirm a whole file that they guessed or found elsewhere.
"""

from __future__ import annotations

import hashlib
from typing import IO

from django.conf import settings
from django.db.models.functions import Length

from forewatch.access.sealing import lookup_key
from forewatch.intake.models import Upload

_PLAIN = 64
"""Letters of a plain SHA-256; a keyed one has half as many."""


def fingerprint_of(file: IO[bytes]) -> str:
    """Return the fingerprint of a file; an empty one while there are no keys, until it is read."""
    if settings.LOCKED:
        return ""
    found = hashlib.sha256()
    file.seek(0)
    while piece := file.read(1 << 20):
        found.update(piece)
    return _keyed(found.hexdigest())


def _keyed(sha256: str) -> str:
    return lookup_key("file", sha256).hex()


def key_plain_ones() -> int:
    """Key the fingerprints that earlier versions kept plain, and return how many; it takes the keys alone."""
    long = Upload.objects.annotate(letters=Length("fingerprint")).filter(letters=_PLAIN)
    plain = list(long.values_list("pk", "fingerprint"))
    for pk, sha256 in plain:
        Upload.objects.filter(pk=pk).update(fingerprint=_keyed(sha256))
    return len(plain)
