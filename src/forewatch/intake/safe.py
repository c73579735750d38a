"""What an uploaded file holds, sealed beside the database while it waits, in blocks that stay in their order.

A file is written aside and renamed when it is whole: a job that was cut off leaves nothing that could be
taken for its result.
"""

from __future__ import annotations

import base64
import shutil
import struct
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _

from forewatch.access.sealing import CannotOpen, check_unlocked, seal, unseal
from forewatch.lib.folders import put_in_place
from forewatch.register.rules.ids import read_id

HELD = "held"
"""The name of a file that came while there were no keys, sealed to the inbox."""
_LENGTH = struct.Struct(">I")
_PIECE = 1 << 20


STAYS = ("rejected", "progress")
"""What of a batch stays once it is in: the rows set aside, which whoever brought them may put right."""


def _home() -> Path:
    return Path(settings.DATA_DIR) / "intake"


def folders() -> Iterator[uuid.UUID]:
    """Yield the uploads that have a folder, whether or not the database knows of them."""
    for one in _home().glob("*"):
        if found := read_id(one.name):
            yield found


class Safe:
    """The folder of one upload."""

    def __init__(self, upload_id: uuid.UUID) -> None:
        self._id = upload_id
        self.folder = _home() / str(upload_id)

    def write(self, name: str, blocks: Iterable[Any]) -> None:
        """Write a file of blocks (anything JSON can hold), in place of any earlier one."""
        with self.writing(name) as put:
            for one in blocks:
                put(one)

    @contextmanager
    def writing(self, name: str) -> Iterator[Any]:
        """Yield a function that adds a block; the file is there once the `with` has ended well."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.folder / f".{name}.part"
        with aside.open("wb") as file:
            number = 0

            def put(block: Any) -> None:
                nonlocal number
                sealed = seal(block, table=f"intake:{name}:{number}", row=self._id)
                file.write(_LENGTH.pack(len(sealed)) + sealed)
                number += 1

            yield put
        put_in_place(aside, self.folder / name)

    def blocks(self, name: str) -> Iterator[Any]:
        """Yield the blocks of a file in their order; none when there is no such file."""
        path = self.folder / name
        if not path.exists():
            return
        with path.open("rb") as file:
            number = 0
            while head := file.read(_LENGTH.size):
                sealed = file.read(_LENGTH.unpack(head)[0])
                yield unseal(sealed, table=f"intake:{name}:{number}", row=self._id)
                number += 1

    def keep_original(self, file: IO[bytes]) -> None:
        """Keep the file as it came; while there are no keys, sealed to the inbox.

        Raises Locked where the installation has no inbox.
        """
        file.seek(0)
        if settings.LOCKED:
            self._hold(file)
            return
        pieces = iter(lambda: file.read(_PIECE), b"")
        self.write("original", (base64.b64encode(one).decode() for one in pieces))

    def _hold(self, file: IO[bytes]) -> None:
        if not settings.INBOX:
            check_unlocked()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.folder / f".{HELD}.part"
        with aside.open("wb") as whole:
            pyrage.encrypt_io(file, whole, [pyrage.x25519.Recipient.from_str(settings.INBOX)])
        put_in_place(aside, self.folder / HELD)

    def _take_in(self) -> None:
        """Keep what came while there were no keys like any other file."""
        held = self.folder / HELD
        if not held.exists():
            return
        with held.open("rb") as sealed, tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            try:
                pyrage.decrypt_io(sealed, file, [pyrage.x25519.Identity.from_str(settings.INBOX_KEY)])
            except pyrage.DecryptError as problem:
                raise CannotOpen(
                    _(
                        "A file that came while Forewatch was locked does not open: it is damaged, or was "
                        "sealed to another inbox. Discard it, and ask for it anew."
                    )
                ) from problem
            self.keep_original(file)
        held.unlink()

    @contextmanager
    def original(self) -> Iterator[BinaryIO]:
        """Yield the file as it came, in a temporary file that no folder names.

        Raises Locked, CannotOpen.
        """
        check_unlocked()
        self._take_in()
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            for one in self.blocks("original"):
                file.write(base64.b64decode(one))
            file.flush()
            yield file

    def holds(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        return (self.folder / name).exists()

    def drop(self, *names: str) -> None:
        """Remove files; without names, everything."""
        if not names:
            shutil.rmtree(self.folder, ignore_errors=True)
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def drop_all_but(self, *names: str) -> None:
        """Remove all files but these, also what was only half written."""
        for file in self.folder.glob("*"):
            if file.name not in names:
                file.unlink()

    def say_progress(self, done: int, of: int) -> None:
        """Tell how far the job is; beside the database, as the job may hold its lock."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.folder / ".progress.part"
        aside.write_text(f"{done} {of}")
        aside.replace(self.folder / "progress")

    def progress(self) -> tuple[int, int, float]:
        """Return how far the job is, of how much, and when it said so (seconds since 1970)."""
        file = self.folder / "progress"
        try:
            done, of = file.read_text().split()
            return int(done), int(of), file.stat().st_mtime
        except (OSError, ValueError):
            return 0, 0, 0.0
