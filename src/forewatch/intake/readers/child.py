"""The process that reads one file from its standard input and writes JSON lines; started by `running` only.

It limits itself before it looks at a byte: memory, time, no files, and no network where the system lets it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from typing import Any, BinaryIO

from forewatch.intake.readers.headings import table_of
from forewatch.intake.readers.limits import ADDRESS_SPACE, BLOCK, MAX_ROWS, MAX_SHEETS
from forewatch.intake.readers.refusals import Reason, Unreadable

MODULES = {"csv": "delimited", "xlsx": "workbook", "parquet": "parquet"}
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def main(kind: str, seconds: int) -> None:
    """Read standard input as a file of `kind`."""
    # Imported first: a program needs room for itself, a file only for its rows.
    module = import_module(f"forewatch.intake.readers.{MODULES[kind]}")
    _confine(ADDRESS_SPACE[kind], seconds)
    try:
        with os.fdopen(0, "rb") as file:
            _read(module, file)
    except Unreadable as problem:
        _say({"refused": problem.reason, "details": problem.details})
    except MemoryError:
        gc.collect()
        _say({"refused": Reason.TOO_MUCH_MEMORY, "details": {}})
    except RecursionError:
        _say({"refused": Reason.BROKEN, "details": {}})
    sys.stdout.flush()
    # What is left of the file's objects need not be taken apart in order.
    os._exit(0)


def _confine(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Refused where the system does not let users make namespaces; the other limits stand.
    ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


def _say(message: Any) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.write("\n")


def _read(module: Any, file: BinaryIO) -> None:
    total = filled = 0
    for name, rows in module.sheets(file):
        found = table_of(rows)
        if found is None:
            continue
        filled += 1
        if filled > MAX_SHEETS:
            raise Unreadable(Reason.TOO_MANY_SHEETS, count=filled, limit=MAX_SHEETS)
        line, columns, below = found
        _say({"sheet": name, "line": line, "columns": columns})
        for block in _blocks(below):
            total += len(block)
            if total > MAX_ROWS:
                raise Unreadable(Reason.TOO_MANY_ROWS, limit=MAX_ROWS)
            _say(block)
    if not total:
        raise Unreadable(Reason.EMPTY)
    _say({"end": total})


def _blocks(rows: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    while block := list(islice(rows, BLOCK)):
        yield block


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
