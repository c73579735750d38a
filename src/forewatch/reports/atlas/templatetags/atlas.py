"""How a figure looks: a count, a share, a measure, a sign, a bar; every page shows them through these."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forewatch.places.models import Area
from forewatch.reports import counts
from forewatch.reports.atlas.first import Ranked
from forewatch.reports.atlas.forms import AGES, SEXES, SHOWS
from forewatch.reports.atlas.ranking import FIRST, Sureness
from forewatch.reports.atlas.rules import EMPTY, STEPS_BP, Asked, Show
from forewatch.reports.atlas.words import BANDS, SURENESS, WHY, sign_word
from forewatch.reports.counts import WITHHELD, Count, known
from forewatch.reports.figures import Row

register = template.Library()

STACK = (("high", "high"), ("medium", "medium"), ("low", "low"), ("not_enough_information", "unknown"))
"""The bands of a bar, each with its sign."""


@register.filter
def count(value: Count) -> SafeString | str:
    """Return a count as a reader sees it; a dash where nobody was surveyed."""
    if value is None:
        return "–"
    if value == WITHHELD:
        return format_html("<i>{}</i>", _("withheld"))
    if isinstance(value, str):
        return format_html("<i>{}</i>", _("at least %(n)s") % {"n": f"{known(value):,}"})
    return f"{value:,}"


@register.simple_tag
def share(row: Row, part: str, whole: str) -> str:
    """Return one count of a row as whole per cent of another."""
    if row[part] is None:
        return "–"
    return counts.percent(row[part], row[whole]) or _("not given")


@register.simple_tag
def measure(row: Row, name: str) -> str:
    """Return a mean or share of a row with one decimal; a dash where nobody was surveyed."""
    value = row[name]
    if row["assessed"] is None:
        return "–"
    if not isinstance(value, int):
        return _("not given")
    return counts.points(value) + ("%" if name in ("h_bp", "a_bp") else "")


@register.filter
def signed(value: int | None) -> str:
    """Return a change with its sign; a dash where there is nothing to compare."""
    return "–" if value is None else f"{value:+,}".replace("-", "−")


register.filter("sign_word", sign_word)


@register.filter
def show_word(show: Show) -> str:
    """Return what the colours of a map say."""
    return str(SHOWS[show])


@register.filter
def band_word(band: str) -> str:
    """Return what a band says is due."""
    return str(BANDS[band])


@register.filter
def group_word(key: str) -> str:
    """Return what a sex or an age band is called."""
    return str((SEXES | AGES)[key])


@register.simple_tag
def swatch(shade: str) -> SafeString:
    """Return a small field that looks as an area does on the map."""
    return format_html(
        '<svg class="swatch" aria-hidden="true"><rect {} width="100%" height="100%"/></svg>', fill(shade)
    )


@register.filter
def fill(shade: str) -> SafeString:
    """Return the attribute by which a shape looks like a sign, or like a step of a share."""
    if shade[:1] == "q" or shade == EMPTY:
        return format_html('class="{}"', shade)
    return format_html('fill="url(#fw-p-{})"', shade)


@register.simple_tag
def stack(row: Row) -> SafeString:
    """Return people by band as one bar."""
    whole = known(row["people"])
    if row["assessed"] is None:
        bars = [(0.0, 100.0, fill("unsurveyed" if whole else EMPTY))]
    else:
        bars, at = [], 0.0
        for name, sign in STACK:
            width = 100 * known(row[name]) / (whole or 1)
            bars.append((at, width, fill(sign)))
            at += width
    drawn = format_html_join(
        "",
        '<rect x="{}%" width="{}%" height="100%" {}/>',
        ((f"{at:.2f}", f"{width:.2f}", paint) for at, width, paint in bars),
    )
    return format_html('<svg class="stack" aria-hidden="true">{}</svg>', drawn)


@register.simple_tag
def ask(asked: Asked, **changes: Any) -> str:
    """Return the query of an address that asks the same with some changes."""
    return "?" + urlencode(asked.parameters(**changes))


@register.simple_tag
def steps() -> list[tuple[str, str]]:
    """Return the shades of a map of shares, each with the shares it stands for."""
    edges = [0, *(one // 100 for one in STEPS_BP)]
    named = [f"{low}–{high}%" for low, high in pairwise(edges)]
    return [(f"q{place}", name) for place, name in enumerate([*named, f"≥ {edges[-1]}%"])]


@register.simple_tag
@cache
def sign_patterns() -> SafeString:
    """Return the hatchings that every drawing of signs refers to."""
    text = files("forewatch.reports").joinpath("templates", "_signs.html").read_text(encoding="utf-8")
    return mark_safe(text)  # noqa: S308  our own file


@register.filter
def span(ends: tuple[int, int]) -> str:
    """Return two ends as a span, one number when they are equal."""
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


@register.filter
def parent_name(area: Area) -> str:
    """Return the name of the area around one."""
    return str(area.parent or "")


@register.filter
def sure_word(sureness: Sureness) -> str:
    """Return how sure a place among the first is, in a word."""
    return str(SURENESS[sureness])


@register.filter
def sure_why(one: Ranked) -> str:
    """Return why a place among the first is as sure as it is."""
    values = {
        "likely": span(one.rank.likely),
        "outermost": span(one.rank.outermost),
        "share": f"{span(one.likely)}%",
        "first": FIRST,
    }
    return _(WHY[one.rank.sureness]) % values


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """Return an entry of a mapping."""
    return mapping[key]


@register.filter
def people(number: int) -> str:
    """Return a number of people with its word."""
    return ngettext("%(n)s person", "%(n)s people", number) % {"n": f"{number:,}"}
