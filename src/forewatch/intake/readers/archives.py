"""A workbook is an archive of XML: what stands in it is checked before any of it is parsed."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from forewatch.intake.readers.limits import MAX_ENTRIES, MAX_INFLATED, MAX_RATIO, RATIO_FROM
from forewatch.intake.readers.refusals import Reason, Unreadable

_FORBIDDEN = (
    (re.compile(r"vbaproject|(^|/)macrosheets/", re.IGNORECASE), Reason.MACROS),
    (
        re.compile(r"(^|/)externallinks/|(^|/)connections\.xml$|(^|/)querytables/", re.IGNORECASE),
        Reason.EXTERNAL_LINKS,
    ),
    (re.compile(r"(^|/)(embeddings|activex|ctrlprops)/", re.IGNORECASE), Reason.EMBEDDED),
)
_DOCUMENT_TYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_PIECE = 1 << 16
_OVERLAP = 16
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def check(file: BinaryIO) -> None:
    """Pass a workbook that is safe to parse, and rewind it.

    Raises Unreadable.
    """
    with _broken_is_refused(), zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        _check_directory(entries, file.seek(0, 2))
        names = {one.filename for one in entries}
        if "[Content_Types].xml" not in names or not any(one.startswith("xl/") for one in names):
            raise Unreadable(Reason.UNKNOWN_KIND, name=".zip")
        inflated = 0
        for one in entries:
            for piece in _pieces(archive, one):
                inflated += len(piece)
                # Sizes in the directory may lie, so what comes out is counted too.
                if inflated > MAX_INFLATED:
                    raise Unreadable(Reason.BOMB)
    file.seek(0)


@contextmanager
def _broken_is_refused() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, IndexError):
        raise Unreadable(Reason.BROKEN) from None
    except RuntimeError:  # what zipfile says of a password
        raise Unreadable(Reason.ENCRYPTED) from None


def _check_directory(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_ENTRIES or sum(one.file_size for one in entries) > MAX_INFLATED:
        raise Unreadable(Reason.BOMB)
    if sum(one.compress_size for one in entries) > size:
        # Parts that share their bytes: the trick of the densest bombs.
        raise Unreadable(Reason.BOMB)
    seen: set[str] = set()
    for one in entries:
        _check_entry(one, seen)


def _check_entry(one: zipfile.ZipInfo, seen: set[str]) -> None:
    name = one.filename.lower()
    outside = name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name
    if name in seen or outside or stat.S_ISLNK(one.external_attr >> 16) or one.compress_type not in _KNOWN:
        raise Unreadable(Reason.UNSAFE_ARCHIVE)
    seen.add(name)
    if one.flag_bits & 1:
        raise Unreadable(Reason.ENCRYPTED)
    if one.file_size > RATIO_FROM and one.file_size > MAX_RATIO * max(one.compress_size, 1):
        raise Unreadable(Reason.BOMB)
    for pattern, reason in _FORBIDDEN:
        if pattern.search(name):
            raise Unreadable(reason)


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield an entry as it inflates; XML with a document type, or in a script that hides one, is refused."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
    before = b""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            if is_xml:
                if not before and (b"\0" in piece[:64] or piece[:2] in (b"\xff\xfe", b"\xfe\xff")):
                    raise Unreadable(Reason.DTD)
                if _DOCUMENT_TYPE.search(before + piece):
                    raise Unreadable(Reason.DTD)
                if b"macroEnabled" in piece and entry.filename == "[Content_Types].xml":
                    raise Unreadable(Reason.MACROS)
                before = piece[-_OVERLAP:]
            yield piece
