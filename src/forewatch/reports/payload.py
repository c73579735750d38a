"""What the page's script reads: every area as columns of numbers, as JSON inside the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from forewatch.reports import signs, words
from forewatch.reports.figures import GROUP_FIGURES, Row
from forewatch.reports.report import Report

SCRIPT_WORDS = ("level_", "sign_", "script_", "count_", "all_areas")
"""How the keys of the words begin that the script shows."""


def payload(report: Report) -> Markup:
    """Return the data of a page, safe inside a script element whatever an area is called."""
    tree = report.tree
    return script_json(
        {
            "first": tree.first,
            "released": report.source.released,
            "codes": tree.codes,
            "names": tree.names,
            "levels": tree.levels,
            "parents": tree.parents,
            "signs": [signs.SIGNS.index(sign) for sign in report.signs],
            "signNames": signs.SIGNS,
            "figures": {name: [row[name] for row in report.figures] for name in report.source.fields},
            "groups": {
                dimension: {key: _columns(rows) for key, rows in groups.items()}
                for dimension, groups in report.groups.items()
            },
            "shapes": {place: [shape.rings, shape.label] for place, shape in report.shapes.items()},
            "drivers": report.common,
            "indicators": {one.id: dict(one.label) for one in report.definition.indicators.values()},
            "words": {key: text for key, text in words.strings().items() if key.startswith(SCRIPT_WORDS)},
        }
    )


def _columns(rows: Mapping[int, Row]) -> dict[str, list[Any]]:
    """Return a group's figures as columns; `place` says whose they are."""
    places = sorted(rows)
    return {"place": places} | {name: [rows[place][name] for place in places] for name in GROUP_FIGURES}


def script_json(value: object) -> Markup:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  nothing in it can close the element any more
