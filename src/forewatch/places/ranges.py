"""Parts of files by HTTP Range (RFC 9110, section 14): a map asks for the tiles it shows, not the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a file from `start` up to, not including, `stop`."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


class OutsideTheFile(ValueError):  # noqa: N818  what HTTP calls 416
    """No byte of the range lies in the file."""


def part_asked(header: str, size: int) -> Part | None:
    """Return the part of a file of `size` bytes that a Range header asks for, or None for all of it.

    Several ranges at once, and what cannot be understood, get the whole file, as the standard allows. Raises
    OutsideTheFile.
    """
    asked = _ONE_RANGE.fullmatch(header.replace(" ", ""))
    if asked is None or asked[1] == asked[2] == "":
        return None
    first, last = asked.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), size if not last else min(size, int(last) + 1)
        if last and int(last) < start:
            return None
    if start >= stop:
        raise OutsideTheFile(header)
    return Part(start, stop)


class Blocks:
    """The bytes of a part, block by block; whoever reads it closes it, also when they stop half-way."""

    def __init__(self, stream: BinaryIO, part: Part) -> None:
        self._stream, self._left = stream, len(part)
        stream.seek(part.start)

    def __iter__(self) -> Iterator[bytes]:
        """Return the blocks that are left."""
        return self

    def __next__(self) -> bytes:
        """Return the next block."""
        block = self._stream.read(min(_BLOCK, self._left))
        if not block:
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
