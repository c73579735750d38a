"""Names as keys: ways of writing one name become one. Only keys: names are kept as given."""

from __future__ import annotations

import re
import unicodedata

from forewatch.register.rules.text import visible

# The longest first: นางสาว begins with นาง.
TITLES = (
    "เด็กชาย",
    "เด็กหญิง",
    "นางสาว",
    "นาย",
    "นาง",
    "น.ส.",
    "ด.ช.",
    "ด.ญ.",
)
_LATIN_TITLES = re.compile(r"(?:mister|mr|mrs|miss|ms|master)\b\.?\s*")
_NIKHAHIT_AA = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_TONE_AFTER_AM = re.compile("\u0e33([\u0e48-\u0e4b])")
_DROPPED = re.compile(r"[\s.\-'’ฯ]+")


def name_key(*parts: str) -> str:
    """Return a name, of parts in their order, as a key: "นายสมชาย  ใจดี" and "สมชาย ใจดี" give the same."""
    text = _thai(visible(" ".join(parts))).casefold().strip()
    return _DROPPED.sub("", unicodedata.normalize("NFC", _without_title(text)))


def family_of(name: str) -> str:
    """Return the key of the family name in a name written as one line; empty where it is a single word."""
    words = visible(name).split()
    return name_key(words[-1]) if len(words) > 1 else ""


def _thai(text: str) -> str:
    """Return Thai with each am as one character after its tone mark, however it was typed."""
    joined = _NIKHAHIT_AA.sub(lambda found: f"{found[1]}\u0e33", text)
    return _TONE_AFTER_AM.sub(lambda found: f"{found[1]}\u0e33", joined)


def _without_title(text: str) -> str:
    latin = _LATIN_TITLES.match(text)
    if latin and latin.end() < len(text):
        return text[latin.end() :]
    for title in TITLES:
        rest = text.removeprefix(title).lstrip()
        # A name may begin like a title: no name begins with a vowel sign, so what is left of one tells.
        if rest != text and rest and not _is_sign(rest[0]):
            return rest
    return text


def _is_sign(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0
        or "\u0e30" <= character <= "\u0e3a"
        or "\u0e47" <= character <= "\u0e4e"
    )
