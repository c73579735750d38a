"""The events themselves, appended each hour to a file beside the signed heads, best on another machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from forewatch.audit.models import Link
from forewatch.audit.rules import CONTENT, as_told, canonical

_CHUNK = 1000
_LONGEST = 1 << 16
"""Bytes of the last line at most."""


def file_of(folder: Path, node: str) -> Path:
    """Return the file of events of an installation."""
    return folder / f"audit-events-{node}.jsonl"


def ship(file: Path) -> int:
    """Append the events that the file does not hold yet, and return how many; wait until the disk has them.

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
    fields = [f"event__{name}" for name in CONTENT]
    for place, hashed, *content in links.values_list("number", "hash", *fields).iterator(chunk_size=_CHUNK):
        told = dict(zip(CONTENT, (as_told(one) for one in content), strict=True))
        yield canonical({"number": place, "hash": bytes(hashed).hex(), "event": told}) + b"\n"


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
