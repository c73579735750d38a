"""Files and folders that are never seen half written."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SCRATCH = ".scratch-"


@contextmanager
def written_aside(folder: Path, of_ours: Collection[str] = ()) -> Iterator[Path]:
    """Yield an empty folder; its files are renamed into `folder` at the end, if all went well.

    Files of the same name are replaced. Of those in `of_ours` none of an earlier run stays; all others do.
    Raises OSError when the folder cannot be made.
    """
    # Inside the folder where there is one: it may be a disk of its own, and files are renamed within a disk.
    near = folder if folder.is_dir() else folder.parent
    near.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=near))
    try:
        yield aside
        folder.mkdir(exist_ok=True)
        written = set()
        for file in sorted(aside.iterdir()):
            file.replace(folder / file.name)
            written.add(file.name)
        for name in set(of_ours) - written:
            (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def put_in_place(aside: Path, file: Path) -> None:
    """Rename a file that was written aside into its place, and wait until the disk has both.

    After a power cut the old file is there or the whole new one. Raises OSError.
    """
    _settle(aside)
    aside.replace(file)
    _settle(file.parent)


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def scratch(near: Path) -> Iterator[Path]:
    """Yield an empty folder inside one, which is gone at the end; what killed programs left there goes first.

    Raises OSError.
    """
    with _held(near):
        _sweep(near)
        folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=near))
        holding = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(holding)


def sweep_scratch(near: Path) -> None:
    """Remove what killed programs left of their scratch; that of whoever is at work stays."""
    with _held(near):
        _sweep(near)


def _sweep(near: Path) -> None:
    for left in near.glob(f"{_SCRATCH}*"):
        # The system lets go of what a killed program held; one at work holds its own, or has just removed it.
        with suppress(BlockingIOError, FileNotFoundError), _held(left, fcntl.LOCK_NB):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _held(folder: Path, how: int = 0) -> Iterator[None]:
    holding = _hold(folder, how)
    try:
        yield
    finally:
        os.close(holding)


def _hold(folder: Path, how: int = 0) -> int:
    """Hold a folder until what is returned is closed; raises BlockingIOError where it shall not wait."""
    holding = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(holding, fcntl.LOCK_EX | how)
    except OSError:
        os.close(holding)
        raise
    return holding
