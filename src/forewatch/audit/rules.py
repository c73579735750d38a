"""The chain of audit events as pure functions: an event's content, its digest, its link to the one before."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

CONTENT = (
    "id", "origin", "at", "actor_id", "role", "grant_id", "verb", "data_class", "purpose", "area_code",
    "subject", "subject_id", "reason", "allowed", "identities", "request_id", "words",
)  # fmt: skip
"""The fields of an event that its digest covers: all that it says, in an order that never changes."""
GENESIS = hashlib.sha256(b"forewatch audit chain 1").digest()
"""What the first event is chained to."""


def digest(values: Sequence[Any]) -> bytes:
    """Return the SHA-256 over an event's canonical content; `values` stand in the order of CONTENT."""
    *told, words = map(as_told, values)
    # Events of before there were words, and those without, have none to be told of.
    return hashlib.sha256(canonical(told if words is None else [*told, words])).digest()


def chained(before: bytes, content: bytes) -> bytes:
    """Return the hash of a link: SHA-256 over the hash of the link before and the digest of its event."""
    return hashlib.sha256(before + content).digest()


def canonical(value: Any) -> bytes:
    """Return the one way to write a value down: JSON without spaces, keys in order, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def as_told(value: Any) -> Any:
    """Return a value of an event as it is written down: ids and sealed bytes in hex, moments in UTC."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        # Unlike the same digits as a text, by which SQLite would let somebody replace them.
        return {"sealed": bytes(value).hex()}
    return value


class Harm(StrEnum):
    """How a trail can be broken."""

    CHANGED = "changed"
    MISSING = "missing"
    BROKEN = "broken"
    OUTSIDE = "outside"
    CUT = "cut"
    REWRITTEN = "rewritten"
    FORGED = "forged"
    UNREADABLE = "unreadable"


WORDS: Mapping[Harm, str] = {
    Harm.CHANGED: "Event no. %(number)s of %(day)s was changed after it was written.",
    Harm.MISSING: "Event no. %(number)s is missing: it was removed after it was written.",
    Harm.BROKEN: "The chain breaks at event no. %(number)s: "
    "it was changed, or events before it were removed, moved or put in.",
    Harm.OUTSIDE: "An event of %(day)s stands outside the chain: it was put in by another way, "
    "or its place in the chain was removed. The chain is whole for %(number)s events before it.",
    Harm.CUT: "The chain ends before event no. %(number)s, whose head was signed on %(day)s: "
    "the newest events were cut off.",
    Harm.REWRITTEN: "Event no. %(number)s is not the one whose head was signed on %(day)s: "
    "the chain was written anew.",
    Harm.FORGED: "The head of event no. %(number)s, dated %(day)s, "
    "was not signed with a key of this installation.",
    Harm.UNREADABLE: "Event no. %(number)s cannot be read: its bytes were changed after it was written.",
}


@dataclass(frozen=True)
class Breach:
    """The first place where a trail is broken: how, at which event by its number, and of which day."""

    harm: Harm
    number: int
    day: str = ""

    def __str__(self) -> str:
        return WORDS[self.harm] % {"number": self.number, "day": self.day}


@dataclass(frozen=True)
class Head:
    """The newest link of a chain: its number and its hash; number 0 stands for an empty trail."""

    number: int = 0
    hash: bytes = GENESIS

    def short(self) -> str:
        """Return the beginning of the hash as it stands on paper: 16 hex digits in groups of four."""
        said = self.hash.hex()
        return " ".join(said[place : place + 4] for place in range(0, 16, 4))


class NotEverywhere(OSError):  # noqa: N818  a sentence for the administrator
    """Some folders could not be written; the others have it."""

    def __init__(self, failed: Mapping[Path, OSError], of: int) -> None:
        each = "; ".join(f"{folder} ({why.strerror or why})" for folder, why in failed.items())
        rest = "no other folder is named" if of == 1 else "none has them"
        if len(failed) < of:
            rest = "the other folders have them"
        super().__init__(f"Heads of the audit trail cannot be written into {each}: {rest}.")
        self.failed = failed
