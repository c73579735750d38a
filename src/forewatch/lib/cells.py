"""Text in the cells of a file that a spreadsheet opens."""

from __future__ import annotations

import re
import unicodedata

RUNS = frozenset("=+-@|%")
UNSEEN = frozenset({"Cc", "Cf"})
"""Categories of Unicode that take no place: controls, and formats such as a byte order mark."""


UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, and so a workbook, has no place for."""


def showable(text: str) -> str:
    """Return text as a workbook can hold it."""
    return UNSHOWABLE.sub("", text)


def safe_cell(text: str) -> str:
    """Return text that a spreadsheet shows and never computes: an apostrophe stands before what might run.

    What counts is the first character that a spreadsheet would look at, after marks, controls and spaces, and
    with full-width forms folded.
    """
    for character in unicodedata.normalize("NFKC", text):
        if not (character.isspace() or unicodedata.category(character) in UNSEEN):
            return f"'{text}" if character in RUNS else text
    return text
