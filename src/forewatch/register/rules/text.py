"""Text as keys and parsers need it: Thai digits read, what nobody sees taken away."""

from __future__ import annotations

import re
import unicodedata

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
# Zero-width characters and bidi controls: two names that look alike would differ by them.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def arabic_digits(text: str) -> str:
    """Return `text` with Thai digits as 0 to 9."""
    return text.translate(_THAI_DIGITS)


def visible(text: str) -> str:
    """Return `text` composed (NFC) and without zero-width and bidi characters; for keys only."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def tidy(text: str) -> str:
    """Return what somebody typed, without controls and needless space; its letters stay as they were."""
    return " ".join(_CONTROLS.sub(" ", text).split())
