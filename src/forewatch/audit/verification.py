"""Walks the whole trail and finds the first place where it is not what was written.

The chain tells of changes, gaps and insertions; that its end was not cut off only a head tells that was
signed and kept elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef

from forewatch.audit.heads import SignedHead, announced_by
from forewatch.audit.models import Event, Link
from forewatch.audit.rules import CONTENT, Breach, Harm, Head, chained, digest

_CHUNK = 1000
_ID, _AT = CONTENT.index("id"), CONTENT.index("at")
# What a database or Django says of bytes that are no identifier, day or number any more.
_GARBAGE = (ValueError, TypeError, OverflowError, AttributeError)
_Link = tuple[int, uuid.UUID, bytes]
_Content = tuple[Any, ...]


@dataclass(frozen=True)
class Verdict:
    """What a verification found: the newest good link, and the first breach if there is one."""

    head: Head
    breach: Breach | None = None

    @property
    def whole(self) -> bool:
        """Tell whether nothing was found."""
        return self.breach is None


def verify(heads: Sequence[SignedHead] = (), *, using: str = "default") -> Verdict:
    """Return the verdict over every event, every link and every signed head."""
    wanted: dict[int, bytes] = {one.number: b"" for one in heads}
    head = Head()
    try:
        for head in _walk(using):
            if head.number in wanted:
                wanted[head.number] = head.hash
    except _Broken as broken:
        return Verdict(broken.head, broken.breach)
    return Verdict(head, _outside(head, using) or _against(heads, head, wanted, using))


class _Broken(Exception):  # noqa: N818  a way out of the walk
    def __init__(self, head: Head, breach: Breach) -> None:
        super().__init__(str(breach))
        self.head = head
        self.breach = breach


def _walk(using: str) -> Iterator[Head]:
    """Yield each link of the chain as far as it is whole. Raises _Broken at the first that is not."""
    head = Head()
    for link, content in _rows(using):
        if link is None:
            raise _Broken(head, Breach(Harm.UNREADABLE, head.number + 1))
        if breach := _breach(head, link, content):
            raise _Broken(head, breach)
        head = Head(link[0], link[2])
        yield head


def _breach(before: Head, link: _Link, content: _Content | None) -> Breach | None:
    number = before.number + 1
    if link[0] != number:
        return Breach(Harm.MISSING if link[0] > number else Harm.BROKEN, number)
    if content is None:
        return Breach(Harm.MISSING, number)
    *said, written = content
    found = digest(said)
    if found != bytes(written):
        return Breach(Harm.CHANGED, number, _day(content[_AT]))
    if chained(before.hash, found) != link[2]:
        return Breach(Harm.BROKEN, number)
    return None


def _rows(using: str) -> Iterator[tuple[_Link | None, _Content | None]]:
    """Yield links in order with their events; None for a link that cannot be read, or for no event."""
    links = _links(using)
    while chunk := list(islice(links, _CHUNK)):
        ids = [link[1] for link in chunk if link is not None]
        try:
            events = _contents(ids, using)
        except _GARBAGE:
            yield from _singly(chunk, using)
            continue
        for link in chunk:
            yield link, events.get(link[1]) if link else None


def _singly(chunk: Sequence[_Link | None], using: str) -> Iterator[tuple[_Link | None, _Content | None]]:
    for link in chunk:
        try:
            yield link, _contents([link[1]], using).get(link[1]) if link else None
        except _GARBAGE:
            yield None, None


def _links(using: str) -> Iterator[_Link | None]:
    rows = Link.objects.using(using).order_by("number").values_list("number", "event_id", "hash")
    try:
        for number, event, hashed in rows.iterator(_CHUNK):
            yield number, event, bytes(hashed)
    except _GARBAGE:
        yield None


def _contents(ids: Sequence[uuid.UUID], using: str) -> Mapping[uuid.UUID, _Content]:
    found = Event.objects.using(using).filter(id__in=ids).order_by().values_list(*CONTENT, "digest")
    return {row[_ID]: row for row in found}


def _outside(head: Head, using: str) -> Breach | None:
    """Return the breach that an event without a place in the chain is."""
    chain = Link.objects.using(using).filter(event_id=OuterRef("pk"))
    try:
        at = Event.objects.using(using).filter(~Exists(chain)).order_by("id").values_list("at").first()
    except _GARBAGE:
        return Breach(Harm.UNREADABLE, head.number)
    return Breach(Harm.OUTSIDE, head.number, _day(at[0])) if at else None


def _against(
    heads: Sequence[SignedHead], newest: Head, found: Mapping[int, bytes], using: str
) -> Breach | None:
    """Return the first breach between the chain and the heads that were signed."""
    since: dict[str, int | None] = {}
    for one in sorted(heads, key=lambda head: head.number):
        if one.number > newest.number:
            return Breach(Harm.CUT, one.number, _day(one.at))
        if found[one.number] != one.hash:
            return Breach(Harm.REWRITTEN, one.number, _day(one.at))
        if one.key not in since:
            since[one.key] = announced_by(one.key, using)
        announced = since[one.key]
        if not one.is_signed() or announced is None or announced > one.number:
            return Breach(Harm.FORGED, one.number, _day(one.at))
    return None


def _day(at: Any) -> str:
    return at.date().isoformat() if isinstance(at, datetime) else "an unreadable day"
