"""Answers by code tables: what stands in a cell to the choice it means."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from forewatch.register.rules.text import arabic_digits, tidy, visible

YES_NO: Mapping[str, str] = {
    **dict.fromkeys(("1", "true", "yes", "y", "t", "ใช่", "มี", "ผ่าน", "ได้"), "true"),
    **dict.fromkeys(("0", "false", "no", "n", "f", "ไม่ใช่", "ไม่มี", "ไม่ผ่าน", "ไม่ได้"), "false"),
}
"""What means yes and no where a profile does not say."""
SEX: Mapping[str, str] = {
    **dict.fromkeys(("f", "female", "หญิง", "ญ", "2", "เด็กหญิง", "นาง", "นางสาว", "ด.ญ.", "น.ส."), "F"),
    **dict.fromkeys(("m", "male", "ชาย", "ช", "1", "เด็กชาย", "นาย", "ด.ช."), "M"),
    **dict.fromkeys(("x", "other", "อื่น", "อื่นๆ", "อื่น ๆ"), "X"),
}
"""The usual codes of the civil registry (1 male, 2 female), words, and titles that tell."""
ERRORS = frozenset({"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!"})
"""What a formula leaves in a cell when it fails."""


def key_of(written: str) -> str:
    """Return a cell as a key: composed, without what nobody sees, Thai digits read, 1.0 the same as 1."""
    # Most cells are short codes: no rule below changes one.
    return written if written.isascii() and written.isdigit() else _key(written)


@lru_cache(maxsize=50_000)
def _key(written: str) -> str:
    # Some keyboards and programs write the vowel am as its two halves.
    text = tidy(arabic_digits(visible(written))).casefold().replace("\u0e4d\u0e32", "\u0e33")
    whole, dot, rest = text.partition(".")
    return whole if dot and whole.isdigit() and rest and not rest.strip("0") else text
