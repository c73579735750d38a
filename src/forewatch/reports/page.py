"""report.html: one page that opens from disk, with its map, its tables and its script inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from forewatch.analysis.definition import Text
from forewatch.reports import base_rates, fonts, picture, signs, words
from forewatch.reports.counts import known, percent, points, total
from forewatch.reports.figures import GROUPS
from forewatch.reports.payload import payload
from forewatch.reports.report import Area, Report

LOOK_FIRST = 10
UNSURVEYED_SHOWN = 40
HOME_TOWNS = 20
NUMBERED_LEVELS = ("0", "1", "2", "3", "4")


def write_page(target: Path, report: Report) -> None:
    """Write the page piece by piece, so that a nation's page never stands in memory as one text."""
    template = _environment().get_template("report.html")
    context = _assets() | _first_view(report) | _attention(report) | _tables(report) | _reading(report)
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(template.stream(**context))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("forewatch.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "say": words.say,
        "both": words.both,
        "on_date": words.on_date,
        "percent": percent,
        "points": points,
        "known": known,
        "level_name": _level_name,
        "slot": _slot,
        "run_label": _run_label,
    }
    return environment


def _assets() -> dict[str, Any]:
    """Return style and script with the hashes by which the page's Content-Security-Policy allows them."""
    folder = files("forewatch.reports").joinpath("assets")
    style, script = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "report.js")
    )
    found: dict[str, Any] = {}
    for kind, text in (("style", f"{fonts.faces()}\n{style}"), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        found[kind] = Markup(text)  # noqa: S704  our own files
        found[f"{kind}_hash"] = f"sha256-{digest}"
    return found


def _level_name(level: str) -> Markup:
    """Return the name of an area's level; a level that is not a number is its own name."""
    return words.say(f"level_{level}") if level in NUMBERED_LEVELS else words.both({"en": level})


def _run_label(key: str) -> Markup:
    """Return the name of something a run counts; what has no name here goes by its key."""
    return words.both(words.strings().get(f"run_{key}") or {"en": key.replace("_", " ")})


def _slot(field: str, area: Area) -> Markup:
    """Return an area's name where the script puts that of the chosen area."""
    return Markup('<span data-f="{}">{}</span>').format(field, area.name or words.say("all_areas"))


def _first_view(report: Report) -> dict[str, Any]:
    tree = report.tree
    children = report.ranked(tree.children[tree.first])
    labels = {one.id: one.label for one in report.definition.indicators.values()}
    return {
        "report": report,
        "released": report.source.released,
        "first": report.area(tree.first),
        "children": children,
        "picture": picture.draw(report.shapes, [one.place for one in children]),
        "widest": max((known(one.row["people"]) for one in children), default=0),
        "first_drivers": [
            (labels.get(one, {"en": one}), people) for one, people in report.common.get(tree.first, [])
        ],
        "legend_signs": _legend_signs(report),
        "legend_bands": _legend_bands(report),
        "payload": payload(report),
    }


def _legend_signs(report: Report) -> list[str]:
    """Return the signs a reader may meet: the plain ones always, the others where they occur."""
    used = set(report.signs)
    medium_bp, _ = signs.thresholds(report.definition.aggregation)
    plain = {signs.HIGH, signs.LOW, signs.UNKNOWN, signs.UNSURVEYED} | (
        {signs.MEDIUM} if medium_bp is not None else set()
    )
    return [sign for sign in signs.SIGNS if sign in used | plain]


def _legend_bands(report: Report) -> Text:
    medium_bp, high_bp = signs.thresholds(report.definition.aggregation)
    key = "legend_two" if medium_bp is None else "legend_three"
    return {
        language: words.plain(key, language, medium=_threshold(medium_bp or 0), high=_threshold(high_bp))
        for language in words.LANGUAGES
    }


def _threshold(bp: int) -> str:
    return f"{bp / 100:g}"


def _attention(report: Report) -> dict[str, Any]:
    leaves = report.tree.leaves
    unsurveyed = [report.area(place) for place in leaves if report.signs[place] == signs.UNSURVEYED]
    return {
        "leaves": len(leaves),
        "lowest": _lowest(report),
        "look_first": [one for one in report.ranked(leaves)[:LOOK_FIRST] if known(one.row["high"])],
        "unsurveyed": unsurveyed,
        "unsurveyed_people": total(one.row["people"] for one in unsurveyed),
        "shown": UNSURVEYED_SHOWN,
    }


def _lowest(report: Report) -> Text:
    """Return what the lowest areas are called together: villages, or just areas when their levels differ."""
    levels = {report.tree.levels[place] for place in report.tree.leaves}
    key = f"levels_{levels.pop()}" if len(levels) == 1 else ""
    return words.strings().get(key) or words.strings()["levels"]


def _tables(report: Report) -> dict[str, Any]:
    tree = report.tree
    children = sorted(tree.children[tree.first])
    towns, more = report.source.home_towns(tree, HOME_TOWNS)
    return {
        "groups": {
            name: [(key, report.groups[name][key].get(tree.first)) for key in keys]
            for name, keys in GROUPS.items()
        },
        "empty": dict.fromkeys(report.source.fields),
        "towns": [(report.area(place), row) for place, row in towns],
        "more_towns": more,
        "coverage": [_coverage(report, place) for place in children],
        "has_blocks": any(tree.children[place] for place in children),
        "blocks": _blocks(report, children),
    }


def _coverage(report: Report, place: int) -> tuple[Area, int, int]:
    """Return an area with how many lowest areas it has, and in how many of these nobody was surveyed."""
    inside = [one for one in (place, *report.tree.below(place)) if not report.tree.children[one]]
    return report.area(place), len(inside), sum(report.signs[one] == signs.UNSURVEYED for one in inside)


def _blocks(report: Report, children: list[int]) -> Iterator[tuple[Area, list[Area]]]:
    """Yield each part of the first area with everything below it that the page has rows for."""
    for child in children:
        base = report.tree.depths[child] + 1
        inside = [
            report.area(place, report.tree.depths[place] - base)
            for place in report.tree.below(child)
            if place in report.detailed
        ]
        if inside:
            yield report.area(child), inside


def _reading(report: Report) -> dict[str, Any]:
    return {
        "reconstruction": "reconstruction" in report.definition.title["en"].casefold(),
        "rates": [base_rates.as_percent(rate) for rate in base_rates.RATES],
        "screens": base_rates.worked_figures(),
        # What a run read are exact counts of people; a release has none of those.
        "summary": {} if report.source.released else report.summary,
    }
