"""The made-up province in the register: people with made-up names, households, statements and sources.

What `forewatch synth` wrote is read in order and written in bulk, so that a million people take minutes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from forewatch.access.models import Organisation
from forewatch.access.sealing import keys_at_hand
from forewatch.analysis.definition import Definition
from forewatch.analysis.schema import RECORD_KEYS
from forewatch.places.models import Area
from forewatch.register import sealed
from forewatch.register.models import (
    Event,
    Household,
    Identity,
    IdentityKey,
    Membership,
    Person,
    Record,
    Residence,
    Source,
)
from forewatch.register.rules.codes import HOUSEHOLD, PERSON, code_for
from forewatch.register.rules.numbers import NumberState
from forewatch.storage.bulk import insert
from forewatch.synthesis.identities import address, identity

BEGINNING = date(2015, 1, 1)
"""From when everybody counts as living where they live: the made-up province has no earlier past."""
SOURCES: Mapping[str, tuple[str, str, str, str]] = {
    "SRC-BMN": ("Basic Minimum Needs survey", "survey", "community-development", "A"),
    "SRC-NRD": ("Village survey NRD-2C", "survey", "community-development", "B"),
    "SRC-SCHOOL": ("School register", "register", "education", ""),
    "SRC-HEALTH": ("Health centres", "register", "health", ""),
    "SRC-WELFARE": ("Welfare register", "register", "welfare", ""),
    "SRC-REG": ("Civil registration desk", "register", "registration", ""),
    "SRC-DOC": ("District operation centres", "register", "centre", "A"),
    "SRC-VHV": ("Village health volunteers", "volunteer", "health", "B"),
    "SRC-WATCH": ("Community watch volunteers", "volunteer", "centre", "C"),
    "SRC-VISIT": ("Visits by the centre's staff", "visit", "centre", "A"),
    "SRC-PARTNER": ("Partner association", "register", "partner", "B"),
}
"""Code in the synthetic files: name, kind, agency, usual grade."""
AGENCIES: Mapping[str, str] = {
    "centre": "Provincial Coordination Centre (made up)",
    "community-development": "Community Development Office (made up)",
    "education": "Education Office (made up)",
    "health": "Health Office (made up)",
    "welfare": "Welfare Office (made up)",
    "registration": "Registration Office (made up)",
    "partner": "Safe Roads Association (made up)",
}
_WITHOUT_NUMBER = ("none", "refused", "pending")


@dataclass(frozen=True)
class Province:
    """A made-up province on its way into the register."""

    folder: Path
    definition: Definition
    as_of: date
    areas: Mapping[str, uuid.UUID]
    paths: Mapping[str, str]
    sources: Mapping[str, uuid.UUID]

    def made_at(self) -> datetime:
        """Return the instant at which everything counts as written."""
        return datetime.combine(self.as_of, time(12), UTC)

    def rows(self, query: str) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query over the files, which it names by their table."""
        with duckdb.connect() as database:
            for name in ("subjects", "records", "events"):
                file = str(self.folder / f"{name}.parquet").replace("'", "''")
                database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{file}')")
            result = database.execute(query)
            while block := result.fetchmany(20_000):
                yield from block


@lru_cache(maxsize=100_000)
def made_id(kind: str, name: str) -> uuid.UUID:
    """Return an id in the form of UUIDv7 that is the same each time: its moment is fixed, its rest a hash."""
    digest = int.from_bytes(hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=10).digest(), "big")
    number = int("".join(one for one in name if one.isdigit()) or 0)
    moment = 1_780_000_000_000 + number % (1 << 40)
    value = (moment << 80) | digest & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | (7 << 76)
    return uuid.UUID(int=value & ~(3 << 62) | (2 << 62))


def fill(folder: Path, definition: Definition, as_of: date) -> Province:
    """Write the province in `folder` into an empty register whose areas are loaded."""
    areas = {one.code: one for one in Area.objects.filter(valid_to__isnull=True)}
    province = Province(
        folder,
        definition,
        as_of,
        {code: one.pk for code, one in areas.items()},
        {code: one.path for code, one in areas.items()},
        _sources(),
    )
    _households(province)
    _people(province)
    _records(province)
    _events(province)
    return province


def _sources() -> dict[str, uuid.UUID]:
    agencies = {
        code: Organisation.objects.get_or_create(code=code, defaults={"name": name})[0]
        for code, name in AGENCIES.items()
    }
    return {
        code: Source.objects.create(
            code=code.lower(), name=name, kind=kind, agency=agencies[agency], grade=grade, agreement="Made up"
        ).pk
        for code, (name, kind, agency, grade) in SOURCES.items()
    }


# Households and where they lived

_HOMES = """
SELECT household_id, area_code, valid_from, valid_to FROM subjects
GROUP BY ALL ORDER BY household_id, valid_from NULLS FIRST
"""
_STANDING = f"""
WITH papers AS (
  SELECT subject_id AS person_id, max_by(papers, observed_on) AS papers FROM records
  WHERE papers IS NOT NULL AND coalesce(grade, '') IN ('', 'A', 'B') GROUP BY ALL
), seen AS (
  SELECT household_id, max(observed_on) AS seen FROM (
    SELECT subject_id AS household_id, observed_on FROM records WHERE subject_level = 'household'
    UNION ALL
    SELECT household_id, observed_on FROM records JOIN subjects ON person_id = subject_id
    WHERE subject_level = 'person' AND valid_to IS NULL
  ) GROUP BY ALL
)
SELECT s.household_id, s.area_code, count(*), max(birth_date),
       count(*) FILTER (papers.papers IN {_WITHOUT_NUMBER!r}), any_value(seen.seen)
FROM subjects s LEFT JOIN papers USING (person_id) LEFT JOIN seen USING (household_id)
WHERE valid_to IS NULL GROUP BY ALL ORDER BY s.household_id
"""


def _households(province: Province) -> None:
    made_at = province.made_at()
    insert(
        Household,
        (
            *("id", "origin", "code", "version", "area_id", "area_path", "members", "youngest_born"),
            *("without_papers", "last_seen_on", "made_at"),
        ),
        (
            (
                row,
                settings.NODE,
                code_for(HOUSEHOLD, row),
                1,
                province.areas[area],
                province.paths[area],
                members,
                youngest,
                without,
                seen,
                made_at,
            )
            for name, area, members, youngest, without, seen in province.rows(_STANDING)
            for row in (made_id("household", name),)
        ),
    )
    insert(
        Residence,
        ("id", "origin", "household_id", "area_id", "valid_from", "valid_to", "address"),
        _residences(province),
    )


def _residences(province: Province) -> Iterator[tuple[Any, ...]]:
    for block in _blocks(province.rows(_HOMES)):
        placed = [(made_id("residence", f"{one[0]}-{one[2]}"), *one) for one in block]
        with keys_at_hand((row for row, *_ in placed), new=True):
            rows = [
                (
                    row,
                    settings.NODE,
                    made_id("household", name),
                    province.areas[area],
                    start or BEGINNING,
                    end,
                    sealed.seal_address(row, sealed.Address(hamlet="", house=address(int(name[1:])))),
                )
                for row, name, area, start, end in placed
            ]
        yield from rows


# People, who they are, and what finds them

_EVERYBODY = """
WITH papers AS (
  SELECT subject_id AS person_id, max_by(papers, observed_on) AS papers FROM records
  WHERE papers IS NOT NULL AND coalesce(grade, '') IN ('', 'A', 'B') GROUP BY ALL
)
SELECT s.person_id, household_id, area_code, home_area_code, sex, birth_date, papers.papers,
       row_number() OVER (PARTITION BY household_id ORDER BY birth_date, s.person_id)
FROM subjects s LEFT JOIN papers USING (person_id)
WHERE valid_to IS NULL ORDER BY s.person_id
"""


def _people(province: Province) -> None:
    for block in _blocks(province.rows(_EVERYBODY)):
        insert(
            Person,
            (
                *("id", "origin", "code", "sex", "birth_date", "birth_precision", "home_area_id"),
                *("household_id", "papers", "made_at"),
            ),
            [_person(province, one) for one in block],
        )
        insert(
            Membership,
            ("id", "origin", "person_id", "household_id", "role", "valid_from"),
            [_membership(one) for one in block],
        )
        who = [(one, _who(province, one)) for one in block]
        known_as = [(made_id("person", one[0]), known) for one, known in who]
        with keys_at_hand((row for row, _ in known_as), new=True):
            insert(
                Identity,
                ("person_id", "sealed"),
                [(row, sealed.seal_who(row, known)) for row, known in known_as],
            )
        insert(
            IdentityKey,
            ("person_id", "kind", "key"),
            [key for one, known in who for key in _keys(one, known)],
        )


def _blocks(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    block: list[Sequence[Any]] = []
    for row in rows:
        block.append(row)
        if len(block) == 20_000:
            yield block
            block = []
    if block:
        yield block


def _person(province: Province, one: Sequence[Any]) -> tuple[Any, ...]:
    name, household, _, home, sex, birth, papers, _ = one
    row = made_id("person", name)
    home_id = province.areas.get(home) if home else None
    return (
        row,
        settings.NODE,
        code_for(PERSON, row),
        sex or "",
        birth,
        "day",
        home_id,
        made_id("household", household),
        papers or "",
        province.made_at(),
    )


def _membership(one: Sequence[Any]) -> tuple[Any, ...]:
    name, household, _, _, _, birth, _, place = one
    start = max(birth, BEGINNING) if birth else BEGINNING
    role = "head" if place == 1 else "spouse" if place == 2 else "child"
    return (
        made_id("membership", name),
        settings.NODE,
        made_id("person", name),
        made_id("household", household),
        role,
        start,
    )


def _who(province: Province, one: Sequence[Any]) -> sealed.Who:
    name, household, _, _, sex, birth, papers, _ = one
    child = birth is not None and province.as_of.year - birth.year < 15
    made = identity(int(name[1:]), int(household[1:]), sex, child, papers=papers not in _WITHOUT_NUMBER)
    return sealed.Who(
        given=made.given_name,
        family=made.family_name,
        title=made.title,
        number_state=NumberState.HAS if made.citizen_id else NumberState.NONE,
        number=made.citizen_id,
    )


def _keys(one: Sequence[Any], who: sealed.Who) -> Iterator[tuple[Any, ...]]:
    name, _, area, _, _, birth, _, _ = one
    for kind, key in sealed.keys_of(who, birth.year if birth else None, area):
        yield made_id("person", name), kind.value, key


# Statements


def _subject(level: str, name: str, areas: Mapping[str, uuid.UUID]) -> tuple[Any, Any, Any]:
    return (
        made_id("person", name) if level == "person" else None,
        made_id("household", name) if level == "household" else None,
        areas[name] if level == "area" else None,
    )


def _records(province: Province) -> None:
    keys, variables = list(RECORD_KEYS.names), list(province.definition.variables)
    listed = ", ".join(f'"{name}"' for name in (*keys, *variables))
    # What is superseded is written before what supersedes it.
    query = f"SELECT {listed} FROM records ORDER BY supersedes IS NOT NULL, record_id"
    insert(
        Record,
        (
            *("id", "origin", "level", "person_id", "household_id", "area_id", "source_id", "received_on"),
            *("received_at", "observed_on", "grade", "root", "supersedes_id", "values"),
        ),
        (_record(province, keys, variables, row) for row in province.rows(query)),
    )


def _record(
    province: Province, keys: Sequence[str], variables: Sequence[str], row: Sequence[Any]
) -> tuple[Any, ...]:
    said = dict(zip(keys, row, strict=False))
    answers = zip(variables, row[len(keys) :], strict=True)
    received = said["received_on"] or said["observed_on"]
    return (
        made_id("record", said["record_id"]),
        settings.NODE,
        said["subject_level"],
        *_subject(said["subject_level"], said["subject_id"], province.areas),
        province.sources[said["source_id"]],
        received,
        datetime.combine(received, time(12), UTC),
        said["observed_on"],
        said["grade"] or "",
        said["root_id"] or "",
        made_id("record", said["supersedes"]) if said["supersedes"] else None,
        {name: _said(province.definition, name, one) for name, one in answers if one is not None},
    )


def _said(definition: Definition, name: str, value: Any) -> Any:
    """Return a value as records keep it: decimals as text, exact."""
    scale = definition.variables[name].scale
    return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))) if scale else value


def _events(province: Province) -> None:
    query = """
        SELECT subject_level, subject_id, event, occurred_on, ended_on, received_on, source_id FROM events
        ORDER BY ALL
    """
    insert(
        Event,
        (
            *("id", "origin", "level", "person_id", "household_id", "area_id", "source_id", "received_on"),
            *("received_at", "event", "occurred_on", "ended_on", "grade", "root"),
        ),
        (
            (
                made_id("event", f"{subject}-{event}-{occurred}-{source}"),
                settings.NODE,
                level,
                *_subject(level, subject, province.areas),
                province.sources[source],
                received or occurred,
                datetime.combine(received or occurred, time(12), UTC),
                event,
                occurred,
                ended,
                "",
                "",
            )
            for level, subject, event, occurred, ended, received, source in province.rows(query)
        ),
    )
