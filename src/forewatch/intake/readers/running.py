"""Reads a file in a process of its own: whatever the file does to that process, the caller gets a reason."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from forewatch.intake.readers.kinds import MAGIC_BYTES, kind_of
from forewatch.intake.readers.limits import MAX_BYTES, MEGABYTE, seconds_for
from forewatch.intake.readers.refusals import Reason, Unreadable

_PIECE = 1 << 16


@dataclass(frozen=True)
class Sheet:
    """A table begins: its name ("" outside workbooks), the line of its headings, and the headings."""

    name: str
    line: int
    columns: tuple[str, ...]


Block = list[tuple[int, list[str]]]
"""Rows with the line each stands on."""


def read(file: BinaryIO, name: str, size: int) -> Iterator[Sheet | Block]:
    """Yield the sheets of a file, each followed by its rows in blocks; `name` is what its owner called it.

    `file` must be a real one, written out. Raises Unreadable, also half-way.
    """
    if size > MAX_BYTES:
        raise Unreadable(Reason.TOO_LARGE, limit=MAX_BYTES // MEGABYTE)
    # Past Python's buffer: the process moves the place in the file that both share.
    kind = kind_of(name, os.pread(file.fileno(), MAGIC_BYTES, 0))
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    seconds = seconds_for(kind, size)
    # Its environment holds no key and no address of a database.
    process = subprocess.Popen(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", f"{__package__}.child", kind, str(int(seconds) + 1)],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            "PYTHONPATH": os.pathsep.join(sys.path),
            "OPENBLAS_NUM_THREADS": "1",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
        },
        cwd="/",
    )
    try:
        yield from _messages(process, time.monotonic() + seconds)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _messages(process: subprocess.Popen[bytes], deadline: float) -> Iterator[Sheet | Block]:
    for line in _lines(process, deadline):
        message = json.loads(line)
        if isinstance(message, list):
            yield message
        elif "sheet" in message:
            yield Sheet(message["sheet"], message["line"], tuple(message["columns"]))
        elif "refused" in message:
            raise Unreadable(Reason(message["refused"]), **message["details"])
        else:
            return
    raise _death(process)


def _lines(process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """Yield what the process writes, line by line.

    The time that the caller takes between two lines is the caller's own: the deadline moves with it.
    """
    assert process.stdout is not None
    waiting: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(deadline - time.monotonic(), 0)):
                raise Unreadable(Reason.TOO_SLOW)
            piece = os.read(process.stdout.fileno(), _PIECE)
            if not piece:
                return
            *ended, rest = piece.split(b"\n")
            for one in ended:
                line = b"".join([*waiting, one])
                waiting = []
                taken = time.monotonic()
                yield line
                deadline += time.monotonic() - taken
            waiting.append(rest)


def _death(process: subprocess.Popen[bytes]) -> Unreadable:
    code = process.wait()
    if code == -signal.SIGXCPU:
        return Unreadable(Reason.TOO_SLOW)
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL):
        return Unreadable(Reason.TOO_MUCH_MEMORY)
    return Unreadable(Reason.BROKEN)
