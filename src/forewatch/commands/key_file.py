"""The file of the keys: opened by a passphrase, or by those of two custodians out of three."""

from __future__ import annotations

import base64
import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, permutations, product
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from forewatch.config.environment import SettingMissing

CUSTODIANS, NEEDED = 3, 2
SHORTEST = 15
"""Characters of a passphrase: it is all that stands between a stolen disk and the names."""
FILE, PASSPHRASE_FILE = "FOREWATCH_KEY_FILE", "FOREWATCH_PASSPHRASE_FILE"
SECRETS = ("FOREWATCH_SEAL_KEY", "FOREWATCH_LOOKUP_KEY", "FOREWATCH_INBOX_KEY", "FOREWATCH_OLD_SEAL_KEY")
"""What the file holds; nothing of it is anywhere else on the disk."""
_FORMAT, _SALT, _NONCE, _BOUND_TO = 1, 16, 12, b"key file"
_WORK = 2**17
"""Scrypt's cost: 128 MB and about half a second for each guess (OWASP's advice for passwords)."""
Ask = Callable[[str], str]


class DoesNotOpen(SettingMissing):
    """The passphrase is not the right one, or the file is none of ours."""


def write(file: Path, secrets: Mapping[str, str], passphrases: Sequence[str]) -> None:
    """Write secrets so that one passphrase opens them, or any two out of three; all or nothing is written.

    Each pair of custodians has a box of its own, sealed by the one and then by the other. Raises OSError.
    """
    plain = json.dumps({name: secrets[name] for name in SECRETS if name in secrets}).encode()
    need, salt = NEEDED if len(passphrases) > 1 else 1, os.urandom(_SALT)
    ciphers = [_cipher(one, salt) for one in passphrases]
    boxes = [_sealed(plain, some) for some in combinations(ciphers, need)]
    made = {"format": _FORMAT, "need": need, "salt": _text(salt), "boxes": [_text(one) for one in boxes]}
    aside = file.with_name(f".{file.name}.new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as sink:
        json.dump(made, sink)
        sink.flush()
        os.fsync(sink.fileno())
    aside.replace(file)


def needed(file: Path) -> int:
    """Return how many passphrases a file takes. Raises DoesNotOpen."""
    need: int = _read(file)["need"]
    return need


def people(file: Path) -> int:
    """Return how many passphrases a file has: of the one, or of the custodians. Raises DoesNotOpen."""
    return CUSTODIANS if needed(file) > 1 else 1


def are_all(file: Path, passphrases: Sequence[str]) -> bool:
    """Tell whether these are the passphrases of a file, each of them and no other. Raises DoesNotOpen."""
    need = needed(file)
    try:
        for some in combinations(passphrases, need):
            opened(file, some)
    except DoesNotOpen:
        return False
    return len(passphrases) == people(file)


def opened(file: Path, passphrases: Sequence[str]) -> dict[str, str]:
    """Return the secrets of a file. Raises DoesNotOpen, which tells nothing of what was wrong."""
    found = _read(file)
    ciphers = [_cipher(one, base64.b64decode(found["salt"])) for one in passphrases]
    for box, order in product(found["boxes"], permutations(ciphers)):
        with suppress(InvalidTag, ValueError):
            secrets: dict[str, str] = json.loads(_unsealed(base64.b64decode(box), order))
            return secrets
    raise DoesNotOpen(f"{file} does not open with this. Nothing was changed; try again.")


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text())
        if found["format"] == _FORMAT and found["need"] and found["salt"] and found["boxes"]:
            return found
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise DoesNotOpen(
        f"{file} is no file of keys. Is the disk in that holds it, or a copy in a safe? For a new "
        f"installation, and no other, make one with: forewatch new-keys --file {file}"
    )


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=_WORK, r=8, p=1).derive(passphrase.encode()))


def _sealed(plain: bytes, ciphers: Sequence[AESGCM]) -> bytes:
    for one in ciphers:
        nonce = os.urandom(_NONCE)
        plain = nonce + one.encrypt(nonce, plain, _BOUND_TO)
    return plain


def _unsealed(box: bytes, ciphers: Sequence[AESGCM]) -> bytes:
    for one in reversed(ciphers):
        box = one.decrypt(box[:_NONCE], box[_NONCE:], _BOUND_TO)
    return box


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def bring(environ: dict[str, str] | os._Environ[str], ask: Ask | None = None) -> None:
    """Put the secrets of the file that the environment names into it, in memory alone, unless they are there.

    Raises SettingMissing when nobody can be asked, and DoesNotOpen.
    """
    named = environ.get(FILE, "").strip()
    if not named or environ.get("FOREWATCH_LOCKED") == "1" or environ.get("FOREWATCH_SEAL_KEY"):
        return
    environ.update(asked_for(environ, ask))


def asked_for(environ: Mapping[str, str], ask: Ask | None = None) -> dict[str, str]:
    """Return the secrets of the file that the environment names, by the passphrases of whoever is there.

    Raises SettingMissing when nobody can be asked, and DoesNotOpen.
    """
    file = Path(environ[FILE].strip())
    return opened(file, _said(environ, needed(file), ask))


def is_typed(environ: Mapping[str, str]) -> bool:
    """Tell whether somebody types the passphrase at this start: else a machine would open by itself."""
    by_itself = (PASSPHRASE_FILE, "FOREWATCH_SEAL_KEY")
    return bool(environ.get(FILE, "").strip()) and not any(
        environ.get(name, "").strip() for name in by_itself
    )


def _said(environ: Mapping[str, str], need: int, ask: Ask | None) -> list[str]:
    unattended = environ.get(PASSPHRASE_FILE, "").strip()
    if not unattended:
        return typed(need, ask)
    if need > 1:
        raise SettingMissing(
            f"{PASSPHRASE_FILE} is for an office that opens its keys alone. These take two custodians."
        )
    try:
        return [Path(unattended).read_text().strip()]
    except OSError as problem:
        raise SettingMissing(f"{PASSPHRASE_FILE} cannot be read: {problem}") from problem


def typed(number: int, ask: Ask | None = None) -> list[str]:
    """Ask for so many passphrases of a file. Raises SettingMissing when nobody can be asked."""
    if ask is None and not sys.stdin.isatty():
        raise SettingMissing(
            f"{FILE} asks for a passphrase, and nobody is here to type it. Start this in a terminal; what "
            f"comes up by itself reads it from a file: {PASSPHRASE_FILE}."
        )
    whose = (
        ["Passphrase: "] if number == 1 else [f"Passphrase of custodian {one + 1}: " for one in range(number)]
    )
    return [(ask or getpass.getpass)(one) for one in whose]


def chosen(number: int, ask: Ask | None = None) -> list[str]:
    """Ask for so many new passphrases, each twice. Raises ValueError with what to do."""
    answer, made = ask or getpass.getpass, []
    for place in range(1, number + 1):
        whose = "" if number == 1 else f" of custodian {place}"
        first = answer(f"New passphrase{whose}: ")
        if len(first) < SHORTEST:
            raise ValueError(f"A passphrase has {SHORTEST} characters or more; five words in a row will do.")
        if answer("Once more: ") != first:
            raise ValueError("The two were not the same. Nothing was made; begin again.")
        if first in made:
            raise ValueError("Two custodians chose the same passphrase: either would open it alone.")
        made.append(first)
    return made
