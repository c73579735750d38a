"""What kind of file it is: told by its first bytes, and its name must agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from forewatch.intake.readers.refusals import Reason, Unreadable

SUFFIXES: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}
MAGIC_BYTES = 8
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_MACRO_SUFFIXES = (".xlsm", ".xltm", ".xlam", ".xlsb")


def kind_of(name: str, head: bytes) -> str:
    """Return csv, xlsx or parquet for a file by its name and first bytes.

    Raises Unreadable.
    """
    suffix = PurePath(name.lower()).suffix
    if suffix in _MACRO_SUFFIXES:
        raise Unreadable(Reason.MACROS)
    if not head:
        raise Unreadable(Reason.EMPTY)
    if head.startswith(_OLD_OFFICE):
        raise Unreadable(Reason.ENCRYPTED if suffix == ".xlsx" else Reason.OLD_EXCEL)
    if suffix not in SUFFIXES:
        raise Unreadable(Reason.UNKNOWN_KIND, name=suffix or "?")
    kind = _by_content(head)
    if kind != SUFFIXES[suffix]:
        raise Unreadable(Reason.WRONG_EXTENSION, suffix=suffix, kind=kind)
    return kind


def _by_content(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    return "parquet" if head.startswith(b"PAR1") else "csv"
