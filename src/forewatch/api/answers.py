"""Rows as the API tells them; what is not named here does not leave."""

from __future__ import annotations

from typing import Any

from forewatch.analysis.definition import Definition, Indicator, Kind, Variable
from forewatch.api.models import Submission
from forewatch.api.rules import STAGES
from forewatch.intake import presenting
from forewatch.intake.rules import State
from forewatch.places.models import Area
from forewatch.risk.models import Release


def area_of(area: Area) -> dict[str, Any]:
    """Return an area."""
    return {
        "code": area.code,
        "level": area.level,
        "parent_code": area.parent.code if area.parent else None,
        "name": area.name,
        "name_local": area.name_local,
        "valid_on": area.valid_on,
        "valid_to": area.valid_to,
    }


def index_of(index: Definition) -> dict[str, Any]:
    """Return a definition: its indicators with the variables they read."""
    return {
        "id": index.id,
        "version": index.version,
        "title": index.title,
        "domains": {one.id: one.label for one in index.domains.values()},
        "indicators": [_indicator(index, one) for one in index.indicators.values()],
        "variables": [_variable(one) for one in index.variables.values()],
    }


def _indicator(index: Definition, one: Indicator) -> dict[str, Any]:
    read = {name for rule in (one.applies, one.rule3, one.rule2) for name in index.direct_names(rule)}
    return {
        "id": one.id,
        "domain": one.domain,
        "level": one.level,
        "label": one.label,
        "weight": one.weight,
        "valid_days": one.valid_days,
        "variables": [name for name in index.variables if name in read],
    }


def _variable(one: Variable) -> dict[str, Any]:
    number = one.kind in (Kind.INTEGER, Kind.DECIMAL)
    unit = 10**one.scale
    return {
        "name": one.name,
        "kind": one.kind,
        "level": one.level,
        "label": one.label,
        "choices": [{"code": code, "label": one.choice_labels.get(code, {})} for code in one.choices],
        "minimum": one.low / unit if number else None,
        "maximum": one.high / unit if number else None,
        "decimals": one.scale,
    }


def release_of(release: Release) -> dict[str, Any]:
    """Return what a release is of."""
    return {
        "index": release.index,
        "definition": release.definition,
        "month": release.month,
        "as_of": release.as_of,
    }


def receipt_of(made: Submission) -> dict[str, Any]:
    """Return the receipt of a submission: nothing in it depends on whom the rows are about."""
    return {
        "receipt": made.pk,
        "received_at": made.received_at,
        "observed_on": made.upload.observed_on,
        "rows": made.rows,
    }


def standing_of(made: Submission) -> dict[str, Any]:
    """Return where a submission stands. Its problems are those of its own rows; the register is not asked."""
    upload = made.upload
    stage = STAGES[State(upload.state)]
    checked = stage in ("waiting", "accepted", "taken_out")
    return receipt_of(made) | {
        "stage": stage,
        "words": presenting.refusal(upload) or presenting.state(upload),
        "understood": upload.ready if checked else None,
        "set_aside": upload.rejected if checked else None,
        "problems": [
            {
                "column": one.row.column,
                "problem": one.title,
                "rows": one.row.count,
                "sets_aside": one.row.refuses,
                "lines": presenting.lines_of(one.row),
            }
            for one in presenting.problems(upload)
        ],
    }
