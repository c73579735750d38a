"""Folders that are never seen half written."""

from __future__ import annotations

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
