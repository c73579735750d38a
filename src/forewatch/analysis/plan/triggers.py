"""Trigger events: what each is worth on the day asked for, and until when (index-spec section 5).

`event_terms` (event, while_active, full_bp, days_worth) and `event_worth` (event, days, worth_bp) are small
tables made from the definition: the curve of each event is expanded once, and all engines read the same
integers.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.plan.names import day, quoted, text
from forewatch.analysis.plan.state import Span, received_by, within


def event_terms(definition: Definition) -> pa.Table:
    """Return one row per event code: whether it lasts while active, its full worth, its days of worth."""
    events = definition.events.values()
    return pa.table(
        {
            "event": pa.array([one.code for one in events], pa.string()),
            "while_active": pa.array([one.while_active for one in events], pa.bool_()),
            "full_bp": pa.array([100 * one.points for one in events], pa.int32()),
            "days_worth": pa.array([one.days_worth for one in events], pa.int32()),
        }
    )


def event_worth(definition: Definition) -> pa.Table:
    """Return one row per event code and day since its start on which it is worth anything."""
    rows = [
        (one.code, days, worth)
        for one in definition.events.values()
        for days, worth in enumerate(one.points_bp)
        if worth
    ]
    return pa.table(
        {
            "event": pa.array([row[0] for row in rows], pa.string()),
            "days": pa.array([row[1] for row in rows], pa.int32()),
            "worth_bp": pa.array([row[2] for row in rows], pa.int32()),
        }
    )


def conditional_codes(definition: Definition) -> tuple[str, ...]:
    """Return the codes of the events that count only under a condition."""
    return tuple(one.code for one in definition.events.values() if one.counts_if is not None)


def worth(level: Level, as_of: date, known_by: date | None, span: Span = None) -> str:
    """Return the query for the events of `listed` subjects: their worth, and the days until it is 0.

    `days_until_zero` is null when the event is worth nothing already, or is active with no known end.
    """
    since = f"date_diff('day', CASE WHEN still THEN NULL ELSE started_on END, {day(as_of)})"
    return f"""
        WITH once AS (
            SELECT e.subject_id, e.event, e.occurred_on, max(e.ended_on) AS ended_on
            FROM events AS e SEMI JOIN listed AS l ON e.subject_id = l.subject_id
            WHERE e.subject_level = '{level}' AND {within("e.subject_id", span)}
                AND e.occurred_on <= {day(as_of)} AND {received_by(known_by, "occurred_on")}
                AND {_stood(known_by)}
            GROUP BY e.subject_id, e.event, e.occurred_on),
        begun AS (
            SELECT o.subject_id, o.event, o.ended_on, t.full_bp, t.days_worth,
                t.while_active AND (o.ended_on IS NULL OR o.ended_on > {day(as_of)}) AS still,
                CASE WHEN t.while_active AND o.ended_on IS NOT NULL THEN o.ended_on ELSE o.occurred_on END
                    AS started_on
            FROM once AS o JOIN event_terms AS t ON o.event = t.event),
        timed AS (SELECT *, {since} AS days FROM begun)
        SELECT b.subject_id, b.event,
            CASE WHEN b.still THEN b.full_bp ELSE coalesce(w.worth_bp, 0) END AS worth_bp,
            CASE WHEN b.still THEN date_diff('day', {day(as_of)}, b.ended_on) + b.days_worth
                WHEN w.worth_bp IS NOT NULL THEN b.days_worth - b.days END AS days_until_zero
        FROM timed AS b LEFT JOIN event_worth AS w ON b.event = w.event AND b.days = w.days"""


def _stood(known_by: date | None) -> str:
    """Return the condition that nobody had taken an event back by a date; without one, ever."""
    later = f" OR taken_back_on > {day(known_by)}" if known_by else ""
    return f"(taken_back_on IS NULL{later})"


def by_subject(definition: Definition, source: str, subject: str) -> str:
    """Return the query that sums the worth of events by subject.

    Columns: the subject; `t_bp` and `t_left` for events that always count; `t_bp_<code>`, `t_left_<code>` and
    `t_reach_<code>` (1 or null) for each that counts under a condition.
    """
    conditional = conditional_codes(definition)
    columns = []
    listed = ", ".join(text(code) for code in conditional)
    always = f"event NOT IN ({listed})" if conditional else "TRUE"
    columns.append(f"CAST(sum(CASE WHEN {always} THEN worth_bp ELSE 0 END) AS BIGINT) AS t_bp")
    columns.append(f"min(CASE WHEN {always} THEN days_until_zero END) AS t_left")
    for code in conditional:
        this = f"event = {text(code)}"
        total = f"CAST(sum(CASE WHEN {this} THEN worth_bp ELSE 0 END) AS BIGINT)"
        columns.append(f"{total} AS {quoted('t_bp_' + code)}")
        columns.append(f"min(CASE WHEN {this} THEN days_until_zero END) AS {quoted('t_left_' + code)}")
        columns.append(f"max(CASE WHEN {this} THEN 1 END) AS {quoted('t_reach_' + code)}")
    return f"SELECT {subject} AS subject_id, {', '.join(columns)} FROM {source} GROUP BY {subject}"
