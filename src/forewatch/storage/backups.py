"""Backups: the data of one moment in one encrypted file, the keys of people in another; both to come back.

Apart, because a copy of the data without the keys names nobody, and because the keys' copies are kept for a
short time: who was erased is beyond reach once the last copy that holds their key is gone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from forewatch.storage import archive, fingerprints, snapshots
from forewatch.storage.archive import UNFINISHED, CannotRead
from forewatch.storage.fingerprints import Fingerprint
from forewatch.storage.snapshots import Settings

DATABASE, MANIFEST = "database", "manifest.json"
FORMAT = 1
_ASIDE = ".backup-"
_STAMP = "%Y%m%d-%H%M%S"


class Kind(StrEnum):
    """What a file of a backup holds."""

    DATA = "data"
    KEYS = "keys"


@dataclass(frozen=True)
class Place:
    """An installation: its data folder, what in it goes along (files and folders), and its databases."""

    node: str
    data_dir: Path
    kept: Sequence[str]
    database: Settings
    keystore: Settings


@dataclass(frozen=True)
class Manifest:
    """What a file of a backup says of itself."""

    format: int
    version: str
    kind: str
    node: str
    made_at: str
    engine: str
    tables: Mapping[str, Fingerprint]
    files: Mapping[str, str]

    @property
    def when(self) -> str:
        """The moment it was made, for people."""
        return f"{datetime.fromisoformat(self.made_at):%Y-%m-%d %H:%M} UTC"

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(count for count, _ in self.tables.values())


@dataclass(frozen=True)
class Pair:
    """The two files of a backup."""

    data: Path
    keys: Path


@dataclass(frozen=True)
class Order:
    """What a backup needs to know: the public key that each half is for, the moment, and this version.

    Copies of keys older than `keys_kept` are removed when a newer one was written beside them.
    """

    recipients: Mapping[Kind, str]
    now: datetime
    version: str
    keys_kept: timedelta


def make(place: Place, into: Path, keys_into: Path, order: Order) -> Pair:
    """Write a backup, data into one folder and keys into another, and return its files.

    Raises CannotCopy, CannotRead, and OSError when a disk is full.
    """
    for folder in (into, keys_into):
        if not folder.is_dir():
            raise CannotRead(f"There is no folder {folder}. Is the USB stick in?")
    with _alone(place.data_dir):
        # The keys last: so each row of the copy has its key in them.
        data = _written(place, Kind.DATA, into, order)
        keys = _written(place, Kind.KEYS, keys_into, order)
    _expire(place.node, keys_into, order.now - order.keys_kept)
    return Pair(data, keys)


def _written(place: Place, kind: Kind, into: Path, order: Order) -> Path:
    database = place.database if kind is Kind.DATA else place.keystore
    file = into / f"forewatch-{place.node}-{order.now:{_STAMP}}.{kind}.age"
    for old in into.glob(f"{UNFINISHED}forewatch-{place.node}-*"):
        old.unlink()
    with aside(place.data_dir) as folder:
        tables = snapshots.take(database, folder / DATABASE)
        files = _copied(place, folder) if kind is Kind.DATA else {}
        manifest = Manifest(
            FORMAT, order.version, kind, place.node, order.now.isoformat(), _engine(database), tables, files
        )
        (folder / MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        archive.pack(folder, [MANIFEST, DATABASE, *files], file, order.recipients[kind])
    return file


def _engine(database: Settings) -> str:
    return "sqlite" if snapshots.is_sqlite(database) else "postgresql"


def _copied(place: Place, folder: Path) -> dict[str, str]:
    """Copy the files that go along, and return the SHA-256 of each."""
    found = {}
    for name in place.kept:
        top = place.data_dir / name
        for source in [top, *sorted(top.rglob("*"))]:
            if source.is_file():
                path = source.relative_to(place.data_dir)
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, folder / path)
                found[path.as_posix()] = _hash(folder / path)
    return found


def _hash(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def made(node: str, kind: Kind, folder: Path) -> list[tuple[datetime, Path]]:
    """Return the backups of an installation in a folder, the newest first, with the moment of each."""
    start, end = f"forewatch-{node}-", f".{kind}.age"
    found = []
    for file in folder.glob(f"{start}*{end}"):
        try:
            at = datetime.strptime(file.name[len(start) : -len(end)], _STAMP).replace(tzinfo=UTC)
            found.append((at, file))
        except ValueError:
            continue  # of another installation whose name begins alike
    return sorted(found, reverse=True)


def _expire(node: str, folder: Path, before: datetime) -> None:
    for at, file in made(node, Kind.KEYS, folder)[1:]:
        if at < before:
            file.unlink()


@contextmanager
def aside(data_dir: Path) -> Iterator[Path]:
    """Yield an empty folder on the disk of the data; what a killed run left there is removed first."""
    data_dir.mkdir(parents=True, exist_ok=True)
    for old in data_dir.glob(f"{_ASIDE}*"):
        shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=data_dir) as folder:
        yield Path(folder)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    with (data_dir / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRead("Another backup of this installation is being made; wait for it.") from None
        yield


# And back again


def restore(pair: Pair, place: Place, secrets: Mapping[Kind, str]) -> Manifest:
    """Bring a backup back into an installation that has no data yet, wholly or not at all.

    `secrets` has the secret key of each half. Raises CannotRead, CannotCopy, and OSError.
    """
    for database in (place.database, place.keystore):
        if not snapshots.is_empty(database):
            raise CannotRead("There is data here already. Restore into an empty data folder or database.")
    with aside(place.data_dir) as folder, ExitStack() as undoing:
        data = _opened(pair.data, folder / Kind.DATA, secrets[Kind.DATA], Kind.DATA)
        keys = _opened(pair.keys, folder / Kind.KEYS, secrets[Kind.KEYS], Kind.KEYS)
        _belong_together(data, keys)
        for name in data.files:
            (place.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / Kind.DATA / name).replace(place.data_dir / name)
        # The database last: where it stands, everything else does.
        for manifest, database in ((keys, place.keystore), (data, place.database)):
            undoing.enter_context(snapshots.emptied_on_failure(database))
            _put(folder / manifest.kind / DATABASE, manifest, database)
    return data


def _opened(file: Path, folder: Path, secret: str, kind: Kind) -> Manifest:
    """Decrypt a file of a backup into a new folder, check what it holds, and return its manifest."""
    folder.mkdir()
    archive.unpack(file, folder, secret)
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**said | {"tables": {k: (v[0], v[1]) for k, v in said["tables"].items()}})
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise CannotRead(f"{file} has no manifest that this version reads.") from problem
    if manifest.format != FORMAT:
        raise CannotRead(f"{file} was made by Forewatch {manifest.version}; use that version or a later one.")
    if manifest.kind != kind:
        raise CannotRead(f"{file} holds the {manifest.kind} of a backup; the {kind} are needed here.")
    for name, wanted in manifest.files.items():
        if not (folder / name).is_file() or _hash(folder / name) != wanted:
            raise CannotRead(f"The file {name} in {file} is not the one that was backed up.")
    return manifest


def _belong_together(data: Manifest, keys: Manifest) -> None:
    if data.node != keys.node:
        raise CannotRead(f"The data are of {data.node}, and the keys of {keys.node}.")
    if keys.made_at < data.made_at:
        raise CannotRead(
            "The keys are older than the data, so the newest people would have none. "
            "Take the keys of the same backup or of a later one."
        )


def _put(file: Path, manifest: Manifest, database: Settings) -> None:
    if manifest.engine != _engine(database):
        raise CannotRead(
            f"The backup is of {manifest.engine}, and the settings here mean {_engine(database)}."
        )
    if snapshots.is_sqlite(database):
        _agree(manifest, fingerprints.of_sqlite(file))
        file.replace(database["NAME"])
    else:
        _agree(manifest, snapshots.bring_back(file, database))


def _agree(manifest: Manifest, found: Mapping[str, Fingerprint]) -> None:
    """Raise CannotRead with the first table whose rows are not those that were backed up."""
    for name in sorted({*manifest.tables, *found}):
        if manifest.tables.get(name) != found.get(name):
            raise CannotRead(f"The rows of the table {name} are not those that were backed up.")


@contextmanager
def rehearsed(pair: Pair, place: Place, secrets: Mapping[Kind, str]) -> Iterator[tuple[Place, Manifest]]:
    """Restore into a place of its own beside an installation, yield it, and take it away again.

    Raises CannotRead, CannotCopy, and OSError.
    """
    with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=place.data_dir) as folder, ExitStack() as stage:
        there = Path(folder)
        elsewhere = replace(
            place,
            data_dir=there,
            database=stage.enter_context(snapshots.beside(place.database, there)),
            keystore=stage.enter_context(snapshots.beside(place.keystore, there)),
        )
        yield elsewhere, restore(pair, elsewhere, secrets)
