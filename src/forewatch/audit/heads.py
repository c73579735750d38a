"""Heads of the chain, signed with Ed25519 and appended to a file that is best kept on another machine.

Whoever holds the file knows how long the chain was, and can show that its end was cut off. The key is made
on first use and announced in the trail itself, so that nobody can hand in heads of their own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from forewatch.audit.models import Link
from forewatch.audit.rules import canonical

KEY_FILE = "audit-signing.key"
ANNOUNCED, SIGNING_KEY = "sign", "signing key"
"""The verb of the event that announces a key."""


@dataclass(frozen=True)
class SignedHead:
    """One line of a file of heads; `key` and `signature` are base64."""

    node: str
    at: datetime
    number: int
    hash: bytes
    key: str
    signature: str

    def is_signed(self) -> bool:
        """Tell whether the signature is that of the key over all the rest."""
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.key))
            key.verify(base64.b64decode(self.signature), canonical(self._said()))
        except (InvalidSignature, ValueError):
            return False
        return True

    def _said(self) -> dict[str, object]:
        return _said(self.node, self.at, self.number, self.hash)

    def line(self) -> str:
        """Return the head as a line of the file."""
        return canonical(self._said() | {"key": self.key, "signature": self.signature}).decode() + "\n"


def _said(node: str, at: datetime, number: int, hashed: bytes) -> dict[str, object]:
    return {"node": node, "at": at.isoformat(), "number": number, "hash": hashed.hex()}


def sign(key: Ed25519PrivateKey, *, node: str, at: datetime, number: int, hashed: bytes) -> SignedHead:
    """Return the head signed."""
    signature = key.sign(canonical(_said(node, at, number, hashed)))
    return SignedHead(node, at, number, hashed, public(key), base64.b64encode(signature).decode())


def public(key: Ed25519PrivateKey) -> str:
    """Return the key by which signatures are checked, in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def key_id(key: str) -> uuid.UUID:
    """Return the identifier under which a public key is announced in the trail."""
    return uuid.UUID(bytes=hashlib.sha256(key.encode()).digest()[:16])


def announced_by(key: str, using: str = "default") -> int | None:
    """Return the number of the event that announced a public key; None when none did."""
    told = Link.objects.using(using).filter(
        event__subject_id=key_id(key), event__verb=ANNOUNCED, event__reason=key
    )
    return told.order_by("number").values_list("number", flat=True).first()


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the signing key of an installation, made once and readable by its user alone."""
    file = folder / KEY_FILE
    if not file.exists():
        aside = folder / f".{KEY_FILE}-{os.getpid()}"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as sink:
            sink.write(Ed25519PrivateKey.generate().private_bytes_raw())
        # Whoever comes first wins: a link never replaces what is there.
        try:
            file.hardlink_to(aside)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())


def file_of(folder: Path, node: str) -> Path:
    """Return the file of heads of an installation."""
    return folder / f"audit-heads-{node}.jsonl"


def append(file: Path, head: SignedHead) -> None:
    """Add a head at the end of the file, and wait until the disk has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as sink:
        # A power cut may have left half a line; the new one stands alone all the same.
        torn = sink.tell() and not _ends_a_line(sink.tell(), file)
        sink.write((b"\n" if torn else b"") + head.line().encode())
        sink.flush()
        os.fsync(sink.fileno())


def _ends_a_line(size: int, file: Path) -> bool:
    with file.open("rb") as source:
        source.seek(size - 1)
        return source.read(1) == b"\n"


def read(file: Path) -> list[SignedHead]:
    """Return the heads of a file; half a line, which a power cut leaves, is no head."""
    if not file.exists():
        return []
    return [head for line in file.read_bytes().splitlines() if (head := _head(line))]


def _head(line: bytes) -> SignedHead | None:
    try:
        said = json.loads(line)
        return SignedHead(
            node=said["node"],
            at=datetime.fromisoformat(said["at"]),
            number=int(said["number"]),
            hash=bytes.fromhex(said["hash"]),
            key=said["key"],
            signature=said["signature"],
        )
    except (ValueError, KeyError, TypeError):
        return None
