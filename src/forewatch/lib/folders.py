"""Folders that are never seen half written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_aside(folder: Path) -> Iterator[Path]:
    """Yield an empty folder beside `folder`; its files are renamed into it at the end, if all went well.

    Files of the same name are replaced, others stay. Raises OSError when the folder cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield aside
        folder.mkdir(exist_ok=True)
        for file in sorted(aside.iterdir()):
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
