"""Both languages say everything, with the same gaps; nothing is said that must never be."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from string import Formatter

import pytest
from markupsafe import Markup

from forewatch.reports.payload import SCRIPT_WORDS
from forewatch.reports.words import LANGUAGES, both, on_date, plain, say, strings

FORBIDDEN = ("high-risk person", "victim", "illegal migrant", "เหยื่อ", "ต่างด้าวผิดกฎหมาย")
THAI = re.compile("[ก-๙]")
SAME_IN_BOTH = {"product", "count_none", "m0"}
"""Words that need no translation."""

BUILT = ("level_", "levels_", "sign_", "count_", "key_", "band_", "reading_", "run_", "_why")
"""How keys look that the templates put together."""


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", strings())
def test_every_text_is_there_in_both_languages_with_the_same_gaps(key):
    text = strings()[key]
    assert set(text) == set(LANGUAGES)
    assert all(text[language].strip() for language in LANGUAGES)
    assert gaps(text["en"]) == gaps(text["th"])
    if key not in SAME_IN_BOTH:
        assert not THAI.search(text["en"])
        assert THAI.search(text["th"])


def test_words_that_must_never_be_said():
    everything = " ".join(text[language] for text in strings().values() for language in LANGUAGES).lower()
    assert [word for word in FORBIDDEN if word in everything] == []


def sources() -> str:
    package = files("forewatch.reports")
    found = [
        one for part in ("templates", "assets") for one in package.joinpath(part).iterdir() if one.is_file()
    ]
    found += [package.joinpath("page.py"), package.joinpath("words.py")]
    return "\n".join(one.read_text(encoding="utf-8") for one in found)


def test_every_key_that_is_used_exists_and_every_key_is_used():
    text = sources()
    said = set(re.findall(r"""\bsaid?\(["'](\w+)["']""", text)) | set(re.findall(r'plain\("(\w+)"', text))
    assert said - set(strings()) == set()
    unused = {
        key
        for key in strings()
        if f'"{key}"' not in text and not key.startswith((*BUILT, *SCRIPT_WORDS)) and not key.endswith(BUILT)
    }
    assert unused == set()


def test_dates_in_each_calendar():
    assert on_date(date(2026, 6, 30)) == {"en": "30 June 2026", "th": "30 มิถุนายน 2569"}
    assert on_date(date(2024, 2, 29))["th"] == "29 กุมภาพันธ์ 2567"


def test_twelve_months_in_both_languages():
    assert {language: len(strings()["months"][language].split()) for language in LANGUAGES} == {
        "en": 12,
        "th": 12,
    }


def test_what_is_put_into_a_gap_is_escaped():
    assert say("where", area="<b>&") == Markup(
        '<span lang="en">in &lt;b&gt;&amp;</span><span lang="th">ใน &lt;b&gt;&amp;</span>'
    )


def test_a_missing_language_falls_back_to_english():
    assert both({"en": "A < B"}) == '<span lang="en">A &lt; B</span><span lang="th">A &lt; B</span>'


def test_a_value_by_language_fills_each_gap_in_its_own():
    assert plain("as_of", "th", date=on_date(date(2026, 1, 2))) == "ข้อมูล ณ วันที่ 2 มกราคม 2569"
