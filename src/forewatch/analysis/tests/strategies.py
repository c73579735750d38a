"""Random definitions and random tables for property tests, small and nasty; all of it is made up.

A case is drawn as plain rows, so that a test can change one thing and score it again.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pyarrow as pa
from hypothesis import strategies as st

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition, Kind, Variable
from forewatch.analysis.engines import memory
from forewatch.analysis.loading import parse_definition
from forewatch.analysis.tables import Results, Tables
from forewatch.analysis.tests.building import Part, boolean, choice, decimal, definition_text, integer, run

LEVELS = ("person", "household", "area")
WORDS = ("none", "some", "it's")
COUNTS = (-2, 0, 1, 3)
PARTS = ("-1", "-0.5", "0", "0.2", "0.5", "1")
VALUES = {"flag": (True, False), "word": WORDS, "count": COUNTS, "part": PARTS}
"""Values to draw, by kind; a variable is `<kind>_<level>`."""

VARIABLES: dict[str, Part] = {
    f"{kind}_{level}": part
    for level, scale in zip(LEVELS, (2, 1, 3), strict=True)
    for kind, part in {
        "flag": boolean(level),
        "word": choice(*WORDS, level=level),
        "count": integer(-2, 3, level),
        "part": decimal(-1, 1, scale, level),
    }.items()
}
VALID_DAYS = (1, 30, 365, 1000)
DAYS_AGO = (-40, -1, 0, 0, 1, 2, 29, 30, 31, 99, 365, 366, 1000, 1001)
"""How long ago things were seen: today, tomorrow, and either side of every validity and window."""

rarely = st.sampled_from([False, False, False, True])
often = rarely.map(lambda drawn: not drawn)


class Case(NamedTuple):
    """A definition, tables as rows, and the two days of an assessment."""

    definition: Definition
    people: list[Part]
    records: list[Part]
    events: list[Part]
    areas: list[Part]
    as_of: date
    known_by: date | None

    def score(self, engine: str) -> Results:
        """Score through the same door as everybody else."""
        return run(engine, *self)

    def answer(self, engine: str) -> Results:
        """Score; the memory engine is asked directly, which is quick enough for many examples."""
        if engine != "memory":
            return self.score(engine)
        return memory.run(self.definition, self._tables(), self.as_of, self.known_by)

    def _tables(self) -> Tables:
        """Return the rows as accepted tables: all of them are good, and decimals are whole units."""
        rows = [
            {name: _units(self.definition.variables.get(name), value) for name, value in row.items()}
            for row in self.records
        ]
        return Tables(
            subjects=pa.Table.from_pylist(self.people, schema=schema.SUBJECTS),
            records=pa.Table.from_pylist(rows, schema=schema.records(self.definition)),
            events=pa.Table.from_pylist(self.events, schema=schema.EVENTS),
            areas=pa.Table.from_pylist(self.areas, schema=schema.AREAS),
        )


def _units(variable: Variable | None, value: Any) -> Any:
    if variable is None or variable.kind is not Kind.DECIMAL or value is None:
        return value
    return int(Decimal(value).scaleb(variable.scale))


# --- expressions ---------------------------------------------------------------------------------------


@st.composite
def numbers(draw: st.DrawFn, names: tuple[str, ...], depth: int) -> str:
    if depth == 0 or draw(often):
        return draw(st.one_of(st.sampled_from(names), st.sampled_from(["0", "1", "2", "0.5", "0.200", "18"])))
    left, right = draw(numbers(names, depth - 1)), draw(numbers(names, depth - 1))
    return draw(st.sampled_from([f"({left} {sign} {right})" for sign in "+-*"] + [f"(-{left})"]))


@st.composite
def comparisons(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    sign = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    left, right = draw(numbers(names, 2)), draw(numbers(names, 1))
    match draw(st.integers(0, 4)):
        case 0:
            return f"{left} {draw(sign)} {right} {draw(sign)} {draw(numbers(names, 1))}"
        case 1:
            options = draw(
                st.lists(st.sampled_from(["1", "2", "3", "-2", "0.5", "0.20"]), min_size=1, max_size=3)
            )
            return f"{left} {draw(st.sampled_from(['in', 'not in']))} [{', '.join(options)}]"
        case _:
            return f"{left} {draw(sign)} {right}"


@st.composite
def words_compared(draw: st.DrawFn) -> str:
    name, other = (f"word_{draw(st.sampled_from(LEVELS))}" for _ in range(2))
    words = [f'"{word}"' for word in draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2))]
    return draw(
        st.sampled_from(
            [
                f"{name} == {words[0]}",
                f"{words[0]} != {name}",
                f"{name} in [{', '.join(words)}]",
                f"{name} not in [{', '.join(words)}]",
                f"{name} == {other}",
                f"{name} != {other}",
            ]
        )
    )


@st.composite
def flags_compared(draw: st.DrawFn, flags: tuple[str, ...]) -> str:
    flag, other = draw(st.sampled_from(flags)), draw(st.sampled_from(flags))
    return draw(
        st.sampled_from(
            [flag, flag, flag, f"{flag} == {other}", f"true != {flag}", f"{flag} not in [false]", "true"]
        )
    )


@st.composite
def conditions(draw: st.DrawFn, flags: tuple[str, ...], figures: tuple[str, ...], depth: int = 2) -> str:
    """A Boolean expression over flags and derived names, figures (numbers, `age`, indicators) and words."""
    kind = draw(st.integers(0, 9 if depth else 4))
    if kind <= 1:
        return draw(flags_compared(flags))
    if kind == 2:
        return draw(words_compared())
    if kind <= 4:
        return draw(comparisons(figures))
    left = draw(conditions(flags, figures, depth - 1))
    if kind == 5:
        return f"not ({left})"
    right = draw(conditions(flags, figures, depth - 1))
    return f"({left}) {draw(st.sampled_from(['and', 'or', 'and', 'or', '==']))} ({right})"


# --- definitions ---------------------------------------------------------------------------------------

FLAGS = tuple(f"flag_{level}" for level in LEVELS)
FIGURES = tuple(f"{kind}_{level}" for kind in ("count", "part") for level in LEVELS)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """A loaded definition: the variables are always all kinds at all levels, everything else is drawn.

    Derived names and indicators are drawn one after the other and may mention those drawn before; the file
    has them in another order.
    """
    is_count = draw(rarely)
    domains = {f"d{number}": draw(st.integers(1, 3)) for number in range(draw(st.integers(1, 3)))}
    flags, figures = FLAGS, FIGURES
    derived: dict[str, str] = {}
    indicators: list[Part] = []
    for number in range(draw(st.integers(1, 6))):
        if number and draw(rarely):
            derived[f"named{number}"] = draw(conditions(flags, figures))
            flags = (*flags, f"named{number}")
        else:
            indicators.append(draw(_indicators(f"I{number}", tuple(domains), flags, figures, is_count)))
            figures = (*figures, f"I{number}", f"I{number}")
    with_age = (*figures, "age", "age")
    used = {one["domain"] for one in indicators}
    text = definition_text(
        domains={name: weight for name, weight in domains.items() if name in used},
        variables=VARIABLES,
        derived=dict(draw(st.permutations(list(derived.items())))),
        indicators=draw(st.permutations(indicators)),
        events={} if is_count else draw(_events(flags, with_age)),
        gates=[
            {
                "id": f"g{number}",
                "when": draw(conditions(flags, with_age)),
                "valid_days": draw(st.sampled_from(VALID_DAYS)),
            }
            for number in range(draw(st.integers(0, 2)))
        ],
        aggregation=draw(_aggregations(is_count)),
    )
    return parse_definition(text, "made-up.yaml")


@st.composite
def _indicators(
    draw: st.DrawFn,
    id_: str,
    domains: tuple[str, ...],
    flags: tuple[str, ...],
    figures: tuple[str, ...],
    is_count: bool,
) -> Part:
    rules = {3: draw(conditions(flags, figures))}
    if not is_count and draw(often):
        rules[2] = draw(conditions(flags, figures))
    part = {
        "id": id_,
        "domain": draw(st.sampled_from(domains)),
        "level": draw(st.sampled_from(LEVELS)),
        "weight": draw(st.integers(1, 3)),
        "valid_days": draw(st.sampled_from(VALID_DAYS)),
        "rules": rules,
    }
    if draw(rarely):
        part["applies"] = draw(conditions(flags, (*figures, "age", "age", "age"), 1))
    return part


@st.composite
def _events(draw: st.DrawFn, flags: tuple[str, ...], figures: tuple[str, ...]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for number in range(draw(st.integers(0, 3))):
        part: Part = {
            "level": draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=3, unique=True)),
            "points": draw(st.integers(1, 12)),
            "window_days": draw(st.sampled_from([1, 30, 366])),
            "half_life_days": draw(st.sampled_from([1, 7, 120])),
        }
        if draw(rarely):
            part["while_active"] = True
        if draw(rarely):
            part |= {
                "counts_if": draw(conditions(flags, figures, 1)),
                "valid_days": draw(st.sampled_from(VALID_DAYS)),
            }
        found[f"T{number}"] = part
    return found


@st.composite
def _aggregations(draw: st.DrawFn, is_count: bool) -> Part:
    basis_points = st.sampled_from([0, 1, 2000, 3333, 5000, 6667, 9999, 10000])
    show, firm = (sorted(draw(st.tuples(basis_points, basis_points))) for _ in range(2))
    thresholds = {
        name: {"coverage_bp": overall, "domain_coverage_bp": each}
        for name, overall, each in zip(("show", "firm"), show, firm, strict=True)
    }
    if is_count:
        return {
            "method": "alkire_foster",
            "k_bp": draw(st.sampled_from([1, 2500, 3333, 3334, 5000, 10000])),
            **thresholds,
        }
    medium, high = sorted(
        draw(st.tuples(st.sampled_from([1, 1666, 3334, 5000]), st.sampled_from([5001, 6667, 8334, 10000])))
    )
    bands = {"medium_bp": medium, "high_bp": high}
    if draw(rarely):
        bands["high_n3"] = draw(st.integers(1, 4))
    return {
        "method": "mean",
        **thresholds,
        "bands": bands,
        "max_trigger_bp": draw(st.sampled_from([0, 700, 1500])),
    }


# --- tables --------------------------------------------------------------------------------------------

AREA_CODES = ("a0", "a1", "a2", "a3", "a4", "a5")
HOUSEHOLDS = ("h0", "h1", "h2", "h3")
BIRTHS = (
    *(date(2004, 2, 29), date(2012, 2, 29), date(1960, 3, 1), date(2009, 2, 28)),
    *(date(1990, 6, 15), date(2006, 6, 16), date(1941, 12, 31)),
)
DAYS = (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2023, 3, 1), date(2024, 6, 15))


@st.composite
def areas(draw: st.DrawFn) -> list[Part]:
    """A forest one to four deep, or (rarely) no list of areas at all."""
    if draw(rarely):
        return []
    depth, found = {}, []
    for number, code in enumerate(AREA_CODES):
        above = [one for one in AREA_CODES[:number] if depth[one] < 4]
        parent = draw(st.sampled_from([*above, *above, None]))
        depth[code] = 1 if parent is None else depth[parent] + 1
        found.append({"area_code": code, "parent_code": parent, "level": str(depth[code]), "name": code})
    return draw(st.permutations(found))


@st.composite
def people(draw: st.DrawFn, as_of: date, least: int = 4, most: int = 12) -> list[Part]:
    """People of all ages, some without household, sex, birth date, home; some moved, left or not here yet."""
    tomorrow = as_of + timedelta(days=1)
    births = st.sampled_from([*BIRTHS, *BIRTHS, None, None, as_of, tomorrow])
    code = st.sampled_from(AREA_CODES)
    found = []
    for number in range(draw(st.integers(least, most))):
        row = {
            "person_id": f"p{number}",
            "household_id": draw(st.sampled_from([None, *HOUSEHOLDS])),
            "area_code": draw(code),
            "home_area_code": draw(st.one_of(st.none(), code)),
            "sex": draw(st.sampled_from([None, "F", "M", "X"])),
            "birth_date": draw(births),
            "weight": draw(st.sampled_from([None, 1.0, 0.5, 1.25, 2.0, 0.0])),
        }
        match draw(st.integers(0, 19)):
            case 5:
                day = draw(st.sampled_from([as_of, tomorrow, date(2020, 1, 1)]))
                other = {**row, "area_code": draw(code), "household_id": draw(st.sampled_from(HOUSEHOLDS))}
                found += [{**row, "valid_to": day}, {**other, "valid_from": day}]
            case 6:
                found.append(
                    {
                        **row,
                        draw(st.sampled_from(["valid_from", "valid_to"])): draw(
                            st.sampled_from([as_of, tomorrow])
                        ),
                    }
                )
            case _:
                found.append(row)
    return found


@st.composite
def records(draw: st.DrawFn, subjects: list[tuple[str, str]], as_of: date) -> list[Part]:
    """Statements on each subject, of every grade, some late, some superseding; often one that says it all."""
    found: list[Part] = []
    is_well_known = draw(often)
    for level, subject in subjects:
        if is_well_known:
            found.append(draw(full_record(level, subject, as_of)))
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2, 3]))):
            found.append(draw(record(level, subject, as_of)))
    ids = draw(st.permutations([f"r{number}" for number in range(len(found))]))
    for row, id_ in zip(found, ids, strict=True):
        row["record_id"] = id_
        if draw(rarely):
            same = [one for other, one in zip(found, ids, strict=True) if _subject(other) == _subject(row)]
            row["supersedes"] = draw(st.sampled_from([*same, *same, *ids, "r-none"]))
    return found


def _subject(row: Part) -> tuple[str, str]:
    return row["subject_level"], row["subject_id"]


@st.composite
def record(draw: st.DrawFn, level: str, subject: str, as_of: date) -> Part:
    """One statement without an id: any of the level's variables, of any grade, received that day or later."""
    observed_on = as_of - timedelta(days=draw(st.sampled_from(DAYS_AGO)))
    row: Part = {
        "subject_level": level,
        "subject_id": subject,
        "observed_on": observed_on,
        "received_on": draw(_received(observed_on)),
        "source_id": draw(st.sampled_from(["s", "S", "é", "sa"])),
        "grade": draw(st.sampled_from(["A", "A", "B", "B", None, None, "C", "D", "E"])),
    }
    for kind, values in VALUES.items():
        if draw(often):
            row[f"{kind}_{level}"] = draw(st.sampled_from(values))
    return row


@st.composite
def full_record(draw: st.DrawFn, level: str, subject: str, as_of: date) -> Part:
    """One recent, direct statement with all of the level's variables."""
    observed_on = as_of - timedelta(days=draw(st.sampled_from([1, 2, 29, 31])))
    row = {
        "subject_level": level,
        "subject_id": subject,
        "observed_on": observed_on,
        "source_id": "q",
        "grade": "A",
    }
    return row | {f"{kind}_{level}": draw(st.sampled_from(values)) for kind, values in VALUES.items()}


@st.composite
def _received(draw: st.DrawFn, happened_on: date) -> date | None:
    later = draw(st.sampled_from([None, None, None, 0, 1, 35]))
    return None if later is None else happened_on + timedelta(days=later)


@st.composite
def _taken_back(draw: st.DrawFn, received_on: date) -> date | None:
    later = draw(st.sampled_from([None, None, None, 0, 1, 35]))
    return None if later is None else received_on + timedelta(days=later)


@st.composite
def events(
    draw: st.DrawFn, definition: Definition, subjects: list[tuple[str, str]], as_of: date
) -> list[Part]:
    """Up to eight events where their level allows, some of them copies that know another end."""
    found: list[Part] = []
    places = [
        (code, level, subject)
        for code, kind in definition.events.items()
        for level, subject in subjects
        if level in kind.levels
    ]
    for _ in range(draw(st.integers(0, 8)) if places else 0):
        if found and draw(rarely):
            row = dict(draw(st.sampled_from(found)))
        else:
            code, level, subject = draw(st.sampled_from(places))
            occurred_on = as_of - timedelta(days=draw(st.sampled_from(DAYS_AGO)))
            row = {"event": code, "subject_level": level, "subject_id": subject, "occurred_on": occurred_on}
        lasted = draw(st.sampled_from([None, 0, 1, 30, 400]))
        row["ended_on"] = None if lasted is None else row["occurred_on"] + timedelta(days=lasted)
        row["received_on"] = draw(_received(row["occurred_on"]))
        row["taken_back_on"] = draw(_taken_back(row["received_on"] or row["occurred_on"]))
        row["source_id"] = draw(st.sampled_from(["s", "z"]))
        found.append(row)
    return found


@st.composite
def cases(draw: st.DrawFn, definition: Definition | None = None) -> Case:
    """A whole case; subjects of records and events are those listed, and one that is not."""
    drawn = draw(definitions()) if definition is None else definition
    as_of = draw(st.sampled_from(DAYS))
    everybody = draw(people(as_of))
    subjects = [
        *(("person", one) for one in dict.fromkeys(row["person_id"] for row in everybody)),
        *(("household", one) for one in HOUSEHOLDS),
        *(("area", one) for one in AREA_CODES),
        ("person", "nobody"),
    ]
    return Case(
        definition=drawn,
        people=everybody,
        records=draw(records(subjects, as_of)),
        events=draw(events(drawn, subjects, as_of)),
        areas=draw(areas()),
        as_of=as_of,
        known_by=draw(
            st.sampled_from([None, None, as_of, as_of - timedelta(days=30), as_of + timedelta(days=9)])
        ),
    )
