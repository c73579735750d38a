"""`forewatch score`: from files to assessments, figures and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.analysis import schema
from forewatch.analysis.boundaries import FOLDER_SUFFIXES, Boundaries, read_boundaries
from forewatch.analysis.figures import driver_counts, release_cells
from forewatch.analysis.loading import load_definition
from forewatch.analysis.reading import Input, InputError
from forewatch.analysis.scoring import EngineName, Progress, Question, Summary, run
from forewatch.lib.folders import written_aside

if TYPE_CHECKING:
    from forewatch.analysis.disclosure import Release

PERSON_LEVEL = ("assessments.parquet", "households.parquet")
FILES = (*PERSON_LEVEL, "areas.parquet", "areas.csv", "areas.geojson", "report.html", "set-aside.csv")
"""Everything a run may write."""
TABLE_SUFFIXES = (".csv", ".parquet")


@dataclass(frozen=True)
class Order:
    """What was asked for on the command line."""

    subjects: Path
    records: Path
    out: Path
    as_of: date
    events: Path | None = None
    areas: Sequence[Path] = ()
    index: str = "chiang-mai-28"
    known_by: date | None = None
    engine: EngineName = "duckdb"
    release: bool = False
    set_bad_rows_aside: bool = False
    encoding: str = "utf-8"


def score_files(order: Order, progress: Progress | None = None) -> Summary:
    """Score files into the folder `order.out`, where nothing half done is ever seen.

    Raises DefinitionError, InputError, ReleaseRefused.
    """
    question = Question(load_definition(order.index), order.as_of, order.known_by)
    _check_out(order)
    areas, boundaries = _areas(order.areas)
    inputs: dict[str, Input] = {"subjects": order.subjects, "records": order.records}
    if order.events is not None:
        inputs["events"] = order.events
    if areas is not None:
        inputs["areas"] = areas
    with written_aside(order.out, of_ours=FILES) as aside:
        summary = run(
            question,
            inputs,
            aside,
            order.engine,
            set_bad_rows_aside=order.set_bad_rows_aside,
            encoding=order.encoding,
            progress=progress,
        )
        _report(question, order, aside, boundaries, summary)
    return summary


def _check_out(order: Order) -> None:
    """Refuse to lay released figures beside people, or over figures that are released already."""
    if order.out.exists() and not order.out.is_dir():
        raise InputError(f"{order.out} is a file; name a folder to write into.")
    people = [name for name in PERSON_LEVEL if (order.out / name).exists()]
    if order.release and people:
        raise InputError(
            f"{order.out} holds {people[0]}, which must not lie beside figures that leave; "
            "name another folder for the release."
        )
    if _is_release(order.out / "areas.parquet"):
        raise InputError(f"{order.out} holds a release, which stays as it is; name another folder.")


def _is_release(path: Path) -> bool:
    if not path.exists():
        return False
    from forewatch.analysis.disclosure.release import METADATA

    try:
        return METADATA in (pq.read_schema(path).metadata or {})
    except pa.ArrowInvalid:
        return False


def _areas(paths: Sequence[Path]) -> tuple[Input | None, Boundaries | None]:
    """Return the table of areas and the boundaries among the paths given; boundaries make a table too."""
    files = list(dict.fromkeys(file for path in paths for file in _inside(path)))
    tables = tuple(file for file in files if file.suffix.lower() in TABLE_SUFFIXES)
    maps = [file for file in files if file.suffix.lower() in FOLDER_SUFFIXES]
    boundaries = read_boundaries(maps) if maps else None
    if tables:
        return tables, boundaries
    return (boundaries.areas if boundaries else None), boundaries


def _inside(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder for areas.")
    known = (*TABLE_SUFFIXES, *FOLDER_SUFFIXES)
    if not path.is_dir():
        if path.suffix.lower() not in known:
            raise InputError(f"{path}: areas must be one of {', '.join(known)}, or a folder of them.")
        return [path]
    found = [
        one for one in sorted(path.iterdir()) if one.suffix.lower() in known and not one.name.startswith(".")
    ]
    if not found:
        raise InputError(f"{path}: the folder for areas holds neither a table nor boundaries.")
    return found


def _report(
    question: Question, order: Order, folder: Path, boundaries: Boundaries | None, summary: Summary
) -> None:
    from forewatch.reports import write_reports

    areas = summary.areas
    if order.release:
        _release(question, folder, areas)
        drivers = None
    else:
        drivers = driver_counts(folder / "assessments.parquet", question.definition, areas)
    write_reports(
        folder,
        question.definition,
        areas,
        boundaries.shapes if boundaries else None,
        question.as_of,
        question.known_by,
        _said(summary),
        drivers,
        released=order.release,
    )
    if not boundaries:
        (folder / "areas.geojson").unlink()
    if order.release:
        for name in (*PERSON_LEVEL, "set-aside.csv"):
            (folder / name).unlink(missing_ok=True)


def _release(question: Question, folder: Path, areas: pa.Table) -> Release:
    from forewatch.analysis.disclosure import make_release, write_release

    try:
        cells = release_cells(folder / "assessments.parquet", question.definition, areas)
    except ValueError as problem:
        raise InputError(str(problem)) from problem
    release = make_release(cells, areas, definition=question.definition.name, as_of=question.as_of)
    write_release(release, folder / "areas.parquet")
    return release


def _said(summary: Summary) -> Mapping[str, object]:
    """Return what the report says of its sources."""
    return {
        **{name: count for name, count in summary.rows.items() if count},
        "set_aside": summary.set_aside,
        "unlisted_records": summary.unlisted.get("records", 0),
        "unlisted_events": summary.unlisted.get("events", 0),
    }


def closing_words(summary: Summary, order: Order) -> str:
    """Return what ends a run; of a release, nothing but where it lies: exact figures stay in the office."""
    if order.release:
        return f"Released figures written to {order.out}"
    return closing_table(summary, order.out)


def closing_table(summary: Summary, out: Path) -> str:
    """Return the short table that ends a run."""
    words = {
        "high": "outreach now (high)",
        "medium": "outreach soon (medium)",
        "low": "routine (low)",
        "not_enough_information": "not enough information",
    }
    total = max(summary.people, 1)
    rows = [
        (words[band], f"{summary.bands[band]:,}", f"{100 * summary.bands[band] / total:.1f} %")
        for band in schema.BANDS
    ]
    rows.append(("people assessed", f"{summary.people:,}", ""))
    rows += [(f"{name} read", f"{count:,}", "") for name, count in summary.rows.items() if count]
    rows += [
        (f"{name} of nobody listed", f"{count:,}", "") for name, count in summary.unlisted.items() if count
    ]
    if summary.set_aside:
        rows.append(("bad rows set aside", f"{summary.set_aside:,}", ""))
    lines = [f"{name:<26}{count:>14}{share:>10}".rstrip() for name, count, share in rows]
    return "\n".join([*lines, *summary.notes, f"Written to {out}"])
