"""Why a file cannot be read. The words for people stand in `intake.words`, in every language."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a file as a whole."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    WRONG_EXTENSION = "wrong_extension"
    OLD_EXCEL = "old_excel"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    BOMB = "bomb"
    UNSAFE_ARCHIVE = "unsafe_archive"
    MACROS = "macros"
    EXTERNAL_LINKS = "external_links"
    EMBEDDED = "embedded"
    DTD = "dtd"
    NUL = "nul"
    ENCODING = "encoding"
    UNCLOSED_QUOTE = "unclosed_quote"
    QUOTE = "quote"
    LONG_LINE = "long_line"
    LONG_CELL = "long_cell"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_SHEETS = "too_many_sheets"
    NO_HEADINGS = "no_headings"
    NESTED = "nested"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"


class Unreadable(Exception):  # noqa: N818  a sentence, not a crash
    """A file that cannot be read: the reason, and the figures that its sentence needs."""

    def __init__(self, reason: Reason, **details: str | int) -> None:
        super().__init__(f"{reason}: {details}" if details else str(reason))
        self.reason = reason
        self.details = details
