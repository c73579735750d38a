"""A list of leaked passwords on this machine, searched without a network.

Two forms, both as Have I Been Pwned hands them out: a folder of range files, each named by the first five
signs of a SHA-1 (`00000` or `00000.txt`, lines `REST:COUNT`), or one file of all, in order (`HASH:COUNT`).
SHA-1 is how these lists are written; it protects nothing here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

_PREFIX = 5


def holds(where: Path, password: str) -> bool:
    """Tell whether a list holds a password. Raises OSError where it cannot be read: nothing passes then."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    if where.is_dir():
        return _in_range(where, wanted[:_PREFIX], wanted[_PREFIX:])
    with where.open("rb") as lines:
        return _in_order(lines, wanted.encode(), where.stat().st_size)


def _in_range(folder: Path, prefix: str, rest: str) -> bool:
    files = [file for name in (f"{prefix}.txt", prefix) if (file := folder / name).is_file()]
    if not files:
        raise FileNotFoundError(f"The list of leaked passwords in {folder} has no file {prefix}.txt.")
    with files[0].open(encoding="ascii") as lines:
        return any(line.partition(":")[0].strip().upper() == rest for line in lines)


def _in_order(lines: BinaryIO, wanted: bytes, size: int) -> bool:
    """Halve the file until the line is found: some 35 steps for a thousand million of them."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        # The first line that begins at the middle or after it.
        lines.seek(max(0, middle - 1))
        if middle:
            lines.readline()
        here = lines.readline()
        if here and _hash(here) < wanted:
            low = lines.tell()
        else:
            high = middle
    lines.seek(low)
    return _hash(lines.readline()) == wanted


def _hash(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().upper()
