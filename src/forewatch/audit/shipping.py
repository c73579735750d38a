"""What proves each event, appended each hour to a file beside the signed heads, best with somebody else.

Whoever keeps the file makes the chain again from it, and sees in the database whether an event still is what
it was. It holds nothing that anybody typed and names nobody: with the digest alone a guess at the words of an
event confirms nothing, as it covers ids which the file does not tell.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from forewatch.audit.models import Link
from forewatch.audit.rules import as_told, canonical

TOLD = ("id", "at", "verb", "data_class")
"""The fields of an event that leave in clear."""
_CHUNK = 1000
_LONGEST = 1 << 16
"""Bytes of the last line at most."""


def file_of(folder: Path, node: str) -> Path:
    """Return the file of events of an installation."""
    return folder / f"audit-events-{node}.jsonl"


def ship(file: Path) -> int:
    """Append what proves events that the file does not hold yet; return how many, once the disk has them.

    Raises OSError when the file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as sink:
        whole, last = _end(sink.tell(), file)
        # A power cut may have left half a line, which is written again.
        sink.truncate(whole)
        done = 0
        for line in _after(last):
            sink.write(line)
            done += 1
        sink.flush()
        os.fsync(sink.fileno())
    return done


def _after(number: int) -> Iterator[bytes]:
    links = Link.objects.filter(number__gt=number).order_by("number")
    fields = ["number", "hash", "event__digest", *(f"event__{name}" for name in TOLD)]
    for place, hashed, digest, *content in links.values_list(*fields).iterator(chunk_size=_CHUNK):
        told = dict(zip(TOLD, map(as_told, content), strict=True))
        proof = {"number": place, "hash": bytes(hashed).hex(), "digest": bytes(digest).hex()}
        yield canonical(proof | {"event": told}) + b"\n"


def _end(size: int, file: Path) -> tuple[int, int]:
    """Return how many bytes of a file are whole lines, and the number of the last event in them."""
    with file.open("rb") as source:
        start = max(0, size - _LONGEST)
        source.seek(start)
        tail = source.read()
    whole = tail.rfind(b"\n") + 1
    if not whole:
        return 0, 0
    last = tail[:whole].splitlines()[-1]
    return start + whole, int(json.loads(last)["number"])
