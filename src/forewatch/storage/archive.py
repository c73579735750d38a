"""A folder as one encrypted file (age): a public key is enough to write it, only the secret key reads it."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pyrage

from forewatch.lib.folders import put_in_place

UNFINISHED = ".unfinished-"


class CannotRead(Exception):  # noqa: N818  a sentence for the administrator
    """The file is none of ours, is not for this key, or was changed."""


def new_key() -> tuple[str, str]:
    """Return a fresh secret key and its public key."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def pack(folder: Path, names: Sequence[str], file: Path, recipient: str) -> None:
    """Write the files of `folder` encrypted to `file`, which appears whole or not at all.

    Raises CannotRead when the public key is none, and OSError.
    """
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise CannotRead(
            "What backups are encrypted to is no public key; make one with: forewatch new-backup-key. "
            "FOREWATCH_BACKUP_RECIPIENT is for the data, FOREWATCH_BACKUP_KEYS_RECIPIENT for the keys."
        ) from None
    plain, aside = folder / ".packed", file.with_name(f"{UNFINISHED}{file.name}")
    try:
        with tarfile.open(plain, "w:gz", compresslevel=1) as packed:
            for name in names:
                packed.add(folder / name, name)
        _encrypt(plain, aside, key)
        put_in_place(aside, file)
    finally:
        plain.unlink(missing_ok=True)
        aside.unlink(missing_ok=True)


def _encrypt(plain: Path, aside: Path, key: pyrage.x25519.Recipient) -> None:
    with plain.open("rb") as source, aside.open("wb", buffering=0) as sink:
        try:
            pyrage.encrypt_io(source, sink, [key])
        except pyrage.EncryptError as problem:
            raise OSError(f"{problem} (writing to {aside.parent})") from problem


def unpack(file: Path, folder: Path, secret: str) -> None:
    """Write the files that `file` holds into an empty folder. Raises CannotRead, and OSError."""
    try:
        key = pyrage.x25519.Identity.from_str(secret.strip())
    except pyrage.IdentityError:
        raise CannotRead("This is no secret key of a backup; it begins with AGE-SECRET-KEY-.") from None
    plain = folder / ".packed"
    try:
        _decrypt(file, plain, key)
        with tarfile.open(plain, "r:gz") as packed:
            for member in packed:
                _write(packed, member, folder)
    except pyrage.DecryptError as problem:
        raise CannotRead(f"{file} does not open with this key: it was made for another.") from problem
    except (tarfile.TarError, EOFError) as problem:
        raise CannotRead(f"{file} opens with this key, but is no backup of Forewatch.") from problem
    finally:
        plain.unlink(missing_ok=True)


def _decrypt(file: Path, plain: Path, key: pyrage.x25519.Identity) -> None:
    with file.open("rb") as source, plain.open("wb", buffering=0) as sink:
        try:
            pyrage.decrypt_io(source, sink, [key])
        except OSError as problem:
            if problem.errno is not None:
                raise
            # What does not authenticate comes as an error of reading.
            raise CannotRead(f"{file} is damaged or was changed; nothing of it was used.") from problem


def _write(packed: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    # Anybody can encrypt to a public key: what is inside is not believed either.
    path = PurePosixPath(member.name)
    source = packed.extractfile(member) if member.isfile() else None
    if source is None or path.is_absolute() or ".." in path.parts:
        raise tarfile.TarError(f"{member.name} has no place in a backup")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as sink:
        while block := source.read(1 << 20):
            sink.write(block)
