"""Bytes to text by fixed rules, never by guessing: a guesser takes Thai for Japanese.

UTF-16 by its mark; else UTF-8, strictly; else Windows Thai (cp874), strictly, and only if what comes out is
shaped like Thai: cp874 makes letters of nearly any bytes. Anything else is refused.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from forewatch.intake.readers.refusals import Reason, Unreadable

_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF32_LE, ""), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# A vowel or tone sign above or below needs a consonant before it, a leading vowel one after it.
_ORPHAN = re.compile(
    "(?<![\u0e01-\u0e2e\u0e31\u0e33-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]"
    "|[\u0e40-\u0e44](?![\u0e01-\u0e2e])"
    "|[A-Za-z](?=[\u0e01-\u0e5b])|(?<=[\u0e01-\u0e5b])[a-z]"
)
_THAI = re.compile("[\u0e01-\u0e5b]")
TOLERATED = 0.01
"""Share of Thai characters out of place: people mistype."""


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding of a text file (`utf-8-sig`, `cp874`, `utf-16`), which is read once and rewound.

    Raises Unreadable.
    """
    head = file.read(4)
    file.seek(0)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if not encoding or not _decodes(file, encoding):
                raise Unreadable(Reason.ENCODING)
            return encoding
    # Without -sig here: Python takes the beginning of a mark, and nothing after it, for an empty text.
    if _decodes(file, "utf-8"):
        return "utf-8-sig"
    if _decodes(file, "cp874", thai=True):
        return "cp874"
    raise Unreadable(Reason.ENCODING)


def _decodes(file: BinaryIO, encoding: str, *, thai: bool = False) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    letters = orphans = 0
    try:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            if "\0" in text:
                raise Unreadable(Reason.NUL)
            if thai:
                letters += len(_THAI.findall(text))
                orphans += len(_ORPHAN.findall(text))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return not thai or orphans <= TOLERATED * letters
