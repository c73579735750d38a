"""Who spoke of somebody: sources with how they know, as it was known on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from forewatch.analysis.engines.memory.values import admitted
from forewatch.register.models import Source

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """A source, how it knows (a grade, or nothing), how often it spoke, and when it last observed."""

    source: Source
    grade: str
    times: int
    newest: date


def who_said(records: Iterable[Row], day: date) -> Sequence[Said]:
    """Return who had spoken by a day, whoever observed last first; what was corrected by then does not count.

    `records` are those of `inputs.household_tables` or `community_tables`.
    """
    known = [one for one in records if one["observed_on"] <= day and admitted(one, "observed_on", day)]
    corrected = {one["supersedes"] for one in known}
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for one in known:
        if one["record_id"] not in corrected:
            days[one["source_id"], one["grade"] or ""].append(one["observed_on"])
    sources = {one.code: one for one in Source.objects.filter(code__in={code for code, _ in days})}
    said = [Said(sources[code], grade, len(found), max(found)) for (code, grade), found in days.items()]
    return sorted(said, key=lambda one: (one.newest, one.times, one.source.name), reverse=True)
