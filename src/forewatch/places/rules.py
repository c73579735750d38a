"""What an area may be: levels, codes and names, checked before anything is written; and the name to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

LEVELS: Mapping[str, int] = {
    **{str(level): level for level in range(5)},
    "country": 0,
    "province": 1,
    "district": 2,
    "sub-district": 3,
    "village": 4,
}
"""What a file may call a level: as COD-AB numbers them, or by its English word."""

COUNTRY_LEVEL, PROVINCE_LEVEL = 0, 1
SEPARATOR = "/"
LONGEST_CODE, LONGEST_NAME = 32, 120

COUNTRIES: Mapping[str, tuple[str, str]] = {
    "KH": ("Cambodia", "កម្ពុជា"),
    "LA": ("Lao PDR", "ລາວ"),
    "MM": ("Myanmar", "မြန်မာ"),
    "TH": ("Thailand", "ไทย"),
    "VN": ("Viet Nam", "Việt Nam"),
}
"""Names of the countries for which boundaries seldom name the country itself; another goes by its code."""

_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_CODE - 1}}}")
_P_CODE = re.compile(r"([A-Z]{2})[0-9]")
_COUNTRY = re.compile(r"[A-Z]{2,3}")
_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "lo": re.compile(r"[\u0e80-\u0eff]"),
    "my": re.compile(r"[\u1000-\u109f]"),
    "km": re.compile(r"[\u1780-\u17ff]"),
}
"""The letters of languages that have their own."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An area as a file states it; what the file does not say is empty.

    `geometry` is normalised well-known binary; `where` names the file and feature, or line, for messages.
    """

    code: str
    level: int
    parent: str | None = None
    name: str = ""
    name_local: str = ""
    geometry: bytes | None = None
    where: str = ""


def is_country(code: str) -> bool:
    """Tell whether this can be a country's code: two or three capital letters."""
    return _COUNTRY.fullmatch(code) is not None


def read_row(row: Mapping[str, str | None], where: str, geometry: bytes | None = None) -> Stated:
    """Return one row of a file as an area.

    Raises ValueError with a sentence that names the place.
    """
    code, parent = (row.get(one) or "" for one in ("area_code", "parent_code"))
    for column, value in (("area_code", code), ("parent_code", parent)):
        if (value or column == "area_code") and not _CODE.fullmatch(value):
            raise ValueError(
                f"{where}: {column} {value!r} is no code; a code is up to {LONGEST_CODE} letters, digits, "
                "dots, hyphens and underscores."
            )
    level = LEVELS.get((row.get("level") or "").lower().replace("_", "-"))
    if level is None:
        raise ValueError(
            f"{where}: area {code} has the level {row.get('level') or 'none'!r}; write 0 (country), "
            "1 (province), 2 (district), 3 (sub-district) or 4 (village)."
        )
    name, name_local = tidy(row.get("name")), tidy(row.get("name_local"))
    if max(len(name), len(name_local)) > LONGEST_NAME:
        raise ValueError(f"{where}: the name of area {code} is longer than {LONGEST_NAME} characters.")
    return Stated(code, level, parent or None, name, name_local, geometry, where)


def tidy(name: str | None) -> str:
    """Return a name in one spelling: composed letters, single spaces, nothing that cannot be seen."""
    composed = unicodedata.normalize("NFC", name or "")
    # Burmese and Khmer need their zero-width joiners and spaces; marks of direction and controls go.
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in composed
        if unicodedata.category(letter) not in ("Cc", "Cf") or letter in "\u200b\u200c\u200d\t\n"
    )
    return " ".join(seen.split())


def country_above(areas: Iterable[Stated], parents: Mapping[str, str | None]) -> str | None:
    """Return where provinces that name no country belong: where those that are known lie, else by their code.

    P-codes begin with the two letters of their country. `parents` are those of the areas known already.
    """
    lost = [one for one in areas if one.level == PROVINCE_LEVEL and one.parent is None]
    known = {parents[one.code] for one in lost if one.code in parents}
    letters = {match[1] if (match := _P_CODE.match(one.code)) else None for one in lost}
    found = known or letters
    return found.pop() if len(found) == 1 else None


def under_country(areas: Iterable[Stated], country: str) -> list[Stated]:
    """Return the areas with provinces that name none placed in the country, which is made one of them.

    Raises ValueError when they name another country.
    """
    listed = list(areas)
    for one in listed:
        if one.level == COUNTRY_LEVEL and one.code != country:
            raise ValueError(f"{one.where}: the file is about the country {one.code}, not {country}.")
    name, name_local = COUNTRIES.get(country, ("", ""))
    top = Stated(country, COUNTRY_LEVEL, None, name, name_local, where=f"the country {country}")
    own = [one for one in listed if one.level == COUNTRY_LEVEL] or [top]
    below = [one for one in listed if one.level != COUNTRY_LEVEL]
    return own + [
        replace(one, parent=country) if one.level == PROVINCE_LEVEL and one.parent is None else one
        for one in below
    ]


def problems(areas: Iterable[Stated], known: Mapping[str, int]) -> list[str]:
    """Return a sentence for each area whose parent is missing, unknown, or no larger than itself.

    `known` holds the levels of areas that are there already, by code; their parents stand where a set is
    silent.
    """
    listed = {one.code: one for one in areas}
    levels = {**known, **{one.code: one.level for one in listed.values()}}
    said = []
    for one in listed.values():
        if one.parent is None:
            if one.level > PROVINCE_LEVEL and one.code not in known:
                said.append(f"{one.where}: area {one.code} needs the code of the area above it.")
        elif one.parent not in levels:
            said.append(f"{one.where}: the area above {one.code} is {one.parent}, which is not known.")
        elif levels[one.parent] >= one.level:
            said.append(
                f"{one.where}: area {one.code} of level {one.level} cannot lie in {one.parent}, "
                f"which is of level {levels[one.parent]}."
            )
    return said


def name_for(language: str, name: str, name_local: str) -> str:
    """Return the name that a reader of a language can read; the local one only if it is in their letters."""
    language = language.partition("-")[0]
    letters = _SCRIPTS.get(language)
    if not name_local or language == "en" or (letters and not letters.search(name_local)):
        return name
    return name_local
