"""Files and folders that are never seen half written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path


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
