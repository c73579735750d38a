"""The jobs' own work: reading a file, checking its rows. Both can begin again at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from forewatch.access.actors import actor_for
from forewatch.access.sealing import seal
from forewatch.analysis.problems import DefinitionError
from forewatch.intake.fingerprints import fingerprint_of
from forewatch.intake.interpreting.columns import Columns
from forewatch.intake.interpreting.rows import AreaOf, File, RowReader
from forewatch.intake.interpreting.said import RowSaid, Trouble
from forewatch.intake.models import Problem, Upload
from forewatch.intake.profiles.loading import definition, parse_profile
from forewatch.intake.profiles.recognising import best, fit
from forewatch.intake.profiles.structure import Profile, Table
from forewatch.intake.queries import area_codes, known_profiles
from forewatch.intake.readers.refusals import Unreadable
from forewatch.intake.readers.running import Sheet, read
from forewatch.intake.rules import EXAMPLES, State
from forewatch.intake.safe import Safe

DISTINCT = 40
"""Different values of a column that are kept for its code table."""
COMMON = 5
"""A value that so many rows share is a code, or tells nobody apart: it is shown to whoever maps a file."""
LOOKED_AT = 20_000
PREVIEW = 10
_EVERY = 0.5


class Progress:
    """Says how far a job is, twice a second at most."""

    def __init__(self, safe: Safe, of: int) -> None:
        self._safe, self._of, self.done, self._said = safe, of, 0, 0.0
        safe.say_progress(0, of)

    def add(self, rows: int) -> None:
        """Count rows that are done."""
        self.done += rows
        if time.monotonic() - self._said > _EVERY:
            self._said = time.monotonic()
            self._safe.say_progress(self.done, self._of)


def read_file(upload: Upload) -> None:
    """Read a file into sealed rows, and recognise it."""
    safe = Safe(upload.id)
    try:
        sheets, facts = _read(upload, safe)
    except Unreadable as problem:
        safe.drop()
        upload.state, upload.refusal = State.REFUSED, {"reason": problem.reason, **problem.details}
        upload.save(update_fields=("state", "refusal", "fingerprint"))
        return
    safe.write("facts", [facts])
    upload.sheets = sheets
    known = {one.profile.id: one for one in known_profiles()}
    found = best([one.profile for one in known.values()], [one["columns"] for one in sheets])
    if found:
        profile = found[0]
        upload.profile, upload.recognised = f"{profile.id}@{profile.version}", True
        upload.profile_text = known[profile.id].text
    upload.state = State.CHECKING if found else State.MAPPING
    upload.save(update_fields=("state", "fingerprint", "sheets", "profile", "profile_text", "recognised"))
    if found:
        check_rows(upload)


def _read(upload: Upload, safe: Safe) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    sheets: list[dict[str, Any]] = []
    looks: list[_Look] = []
    progress = Progress(safe, 0)
    with safe.original() as file, _Rows(safe) as rows:
        # Of a file that came while there were no keys.
        upload.fingerprint = upload.fingerprint or fingerprint_of(file)
        for one in read(file, upload.filename, upload.size):
            if isinstance(one, Sheet):
                sheets.append({"name": one.name, "line": one.line, "columns": list(one.columns), "rows": 0})
                looks.append(_Look(len(one.columns)))
                rows.begin(len(sheets) - 1)
                continue
            rows.put(one)
            looks[-1].take(one)
            sheets[-1]["rows"] += len(one)
            progress.add(len(one))
    return sheets, {"sheets": [one.facts() for one in looks]}


class _Rows:
    """Writes the rows of each sheet into a file of its own."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe
        self._context: Any = None
        self.put: Callable[[Any], None]

    def __enter__(self) -> _Rows:
        return self

    def begin(self, number: int) -> None:
        """Begin a sheet."""
        self._end(None, None, None)
        self._context = self._safe.writing(f"rows-{number}")
        self.put = self._context.__enter__()

    def _end(self, *problem: Any) -> None:
        if self._context:
            context, self._context = self._context, None
            context.__exit__(*problem)

    def __exit__(self, *problem: Any) -> None:
        self._end(*problem)


@dataclass
class _Look:
    """What stands in the columns of a sheet: few different values make a code table; and the first rows."""

    width: int
    values: list[dict[str, int]] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)
    seen: int = 0

    def __post_init__(self) -> None:
        self.values = [{} for _ in range(self.width)]

    def take(self, block: list[tuple[int, list[str]]]) -> None:
        """Look at a block of rows."""
        self.first += block[: PREVIEW - len(self.first)]
        if self.seen >= LOOKED_AT:
            return
        self.seen += len(block)
        for _, cells in block:
            for counts, cell in zip(self.values, cells, strict=False):
                if len(counts) <= DISTINCT:
                    counts[cell.strip()] = counts.get(cell.strip(), 0) + 1

    def facts(self) -> dict[str, Any]:
        """Return the code tables (empty for columns of many values), what many rows share, and the first."""
        codes = [
            sorted(one, key=lambda key: -one[key]) if len(one) <= DISTINCT else [] for one in self.values
        ]
        common = [
            [one for one in seen if counts[one] >= COMMON]
            for seen, counts in zip(codes, self.values, strict=True)
        ]
        return {"values": codes, "common": common, "first": self.first}


@dataclass
class _Found:
    """Problems of one kind in one column: how many, and the first."""

    count: int = 0
    examples: list[list[Any]] = field(default_factory=list)

    def add(self, line: int, sheet: str, trouble: Trouble | None) -> None:
        """Count one row."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(
                [sheet, line, trouble.value[:200] if trouble else "", trouble.hint if trouble else ""]
            )


class Outcome:
    """What checking found: rows ready and rejected, people, problems by kind."""

    def __init__(self) -> None:
        self.ready = self.rejected = self.people = 0
        self.found: dict[tuple[str, str, bool], _Found] = {}

    def add_troubles(self, sheet: str, line: int, troubles: list[Trouble]) -> None:
        """Count a row that is set aside."""
        self.rejected += 1
        for one in {(one.fault, one.column): one for one in troubles}.values():
            self.found.setdefault((one.fault, one.column[:200], True), _Found()).add(line, sheet, one)

    def add_row(self, sheet: str, row: RowSaid) -> None:
        """Count a row that is ready."""
        self.ready += 1
        self.people += len(row.people)
        for note, column in dict.fromkeys(row.notes):
            self.found.setdefault((note, column[:200], False), _Found()).add(row.line, sheet, None)


def check_rows(upload: Upload) -> None:
    """Understand every row by the file's profile; what is ready and what is not waits in two files."""
    safe = Safe(upload.id)
    try:
        profile = parse_profile(upload.profile_text, upload.profile)
    except DefinitionError:
        # The index has changed since the profile was saved: somebody must look.
        upload.state, upload.recognised = State.MAPPING, False
        upload.save(update_fields=("state", "recognised"))
        return
    outcome = Outcome()
    progress = Progress(safe, sum(one["rows"] for one in upload.sheets))
    # Only what the uploader may import now, whatever was true then.
    area_of = area_codes(actor_for(upload.uploaded_by), upload)
    with safe.writing("ready") as ready, safe.writing("rejected") as rejected:
        for number, table in sheets_of(profile, upload):
            reader = reader_of(upload, profile, table, number, area_of)
            sheet = upload.sheets[number]["name"]
            for block in safe.blocks(f"rows-{number}"):
                good, bad = _split(reader, sheet, block, outcome)
                if good:
                    ready(good)
                if bad:
                    rejected([number, bad])
                progress.add(len(block))
    _keep(upload, outcome)


def _split(reader: RowReader, sheet: str, block: list[Any], outcome: Outcome) -> tuple[list[Any], list[Any]]:
    good, bad = [], []
    for line, cells in block:
        said = reader.read(line, cells)
        if isinstance(said, RowSaid):
            outcome.add_row(sheet, said)
            good.append(said.packed())
        else:
            outcome.add_troubles(sheet, line, said)
            bad.append([line, cells, [[one.column, one.fault, one.hint] for one in said]])
    return good, bad


def sheets_of(profile: Profile, upload: Upload) -> Iterator[tuple[int, Table]]:
    """Yield each sheet that a profile reads, by its number, with the table that reads it."""
    for table in profile.tables:
        for number, sheet in enumerate(upload.sheets):
            if (not table.sheet or table.sheet == sheet["name"]) and fit(table, sheet["columns"]) is not None:
                yield number, table
                break


def reader_of(upload: Upload, profile: Profile, table: Table, number: int, area_of: AreaOf) -> RowReader:
    """Return what reads the rows of one sheet."""
    file = File(
        mark=upload.fingerprint[:16] + (f":{number}" if number else ""),
        day=upload.observed_on,
        today=max(upload.uploaded_at.date(), upload.observed_on),
        strict=upload.filename.lower().endswith((".csv", ".tsv", ".txt")),
    )
    return RowReader(profile, table, Columns(upload.sheets[number]["columns"]), definition(), file, area_of)


def _keep(upload: Upload, outcome: Outcome) -> None:
    with transaction.atomic():
        upload.problems.all().delete()
        for (kind, column, refuses), found in outcome.found.items():
            made = Problem(upload=upload, kind=kind, column=column, refuses=refuses, count=found.count)
            made.examples = seal(found.examples, table="intake_problem", row=made.id)
            made.save(force_insert=True)
        upload.state = State.CHECKED
        upload.ready, upload.rejected, upload.people = outcome.ready, outcome.rejected, outcome.people
        upload.save(update_fields=("state", "ready", "rejected", "people"))
