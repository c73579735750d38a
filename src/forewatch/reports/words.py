"""Everything a report says, in every language it speaks, and how it writes dates.

Both languages stand in the page side by side, each in its own `<span lang>`; the reader's choice of language
hides one of them with CSS alone, so the switch works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from markupsafe import Markup, escape

from forewatch.analysis.definition import Text

LANGUAGES = ("en", "th")
BUDDHIST_ERA = 543
"""Years between the calendars: 2026 is 2569 B.E."""


@cache
def strings() -> Mapping[str, Text]:
    """Return all words of the report: key, then language."""
    text = files("forewatch.reports").joinpath("strings.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Text] = yaml.safe_load(text)
    return loaded


def say(key: str, **values: object) -> Markup:
    """Return a text of `strings.yaml` in every language; values are escaped, and may be given by language."""
    return both({language: _fill(strings()[key][language], language, values) for language in LANGUAGES})


def plain(key: str, language: str, **values: object) -> str:
    """Return a text of `strings.yaml` in one language, without markup."""
    return strings()[key][language].format(
        **{name: _choose(value, language) for name, value in values.items()}
    )


def both(text: Text | Mapping[str, Markup]) -> Markup:
    """Return words by language as spans that the language switch shows or hides; English fills a gap."""
    return Markup("").join(
        Markup('<span lang="{}">{}</span>').format(language, text.get(language) or text["en"])
        for language in LANGUAGES
    )


def on_date(day: date) -> Text:
    """Return a date as each language writes it; Thai counts years in the Buddhist era."""
    months = {language: strings()["months"][language].split() for language in LANGUAGES}
    years = {"en": day.year, "th": day.year + BUDDHIST_ERA}
    return {
        language: f"{day.day} {months[language][day.month - 1]} {years[language]}" for language in LANGUAGES
    }


def _fill(text: str, language: str, values: Mapping[str, object]) -> Markup:
    return escape(text).format(**{name: _choose(value, language) for name, value in values.items()})


def _choose(value: object, language: str) -> object:
    return value.get(language) or value["en"] if isinstance(value, Mapping) else value
