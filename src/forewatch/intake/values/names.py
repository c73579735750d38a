"""Whole names to their parts: title, given name, family name."""

from __future__ import annotations

from forewatch.register.rules.names import TITLES
from forewatch.register.rules.text import tidy

_SIGNS = frozenset("ะัาำิีึืฺุู็่้๊๋์ํ๎")


def split_name(written: str) -> tuple[str, str, str]:
    """Return (title, given, family) of a name in one cell; one word alone is a given name."""
    text = tidy(written)
    for title in TITLES:
        rest = text.removeprefix(title).lstrip()
        if rest != text and rest and rest[0] not in _SIGNS:
            given, _, family = rest.partition(" ")
            return title, given, family
    given, _, family = text.partition(" ")
    return "", given, family
