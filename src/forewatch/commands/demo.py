"""`forewatch demo`: make up a province, score it, fill a register with it, and serve it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from forewatch import __version__
from forewatch.analysis.scoring import Progress
from forewatch.commands import keys
from forewatch.commands.score import Order, closing_table, score_files
from forewatch.synthesis.province import Summary, synthesise

REPORT = "report.html"
_MARK = "demonstration.json"


@dataclass(frozen=True)
class Wanted:
    """What was asked for."""

    people: int
    seed: int
    folder: Path
    port: int
    serve: bool


def demo(wanted: Wanted, progress: Progress | None = None) -> None:
    """Write the province, its report and its register into `wanted.folder`; then serve, unless told not."""
    os.environ.update(keys.demonstration(wanted.folder))
    for name in ("DATABASE_URL", "FOREWATCH_KEYSTORE_URL"):
        os.environ.pop(name, None)
    from forewatch.commands import demo_register, serving

    if not _is_made(wanted):
        made, said = _province(wanted, progress)
        demo_register.build(wanted.folder, made.as_of)
        (wanted.folder / _MARK).write_text(
            json.dumps(_mark(wanted) | {"said": said, "as_of": str(made.as_of)})
        )
    kept = json.loads((wanted.folder / _MARK).read_text())
    print(f"{kept['said']}\n\nThe report: {(wanted.folder / 'report' / REPORT).resolve()}")
    print(f"Files to try intake on, as the analyst: {(wanted.folder / demo_register.SAMPLES).resolve()}\n")
    serving.prepare()
    print(demo_register.sign_ins(), flush=True)
    if wanted.serve:
        # A demonstration that was locked opens with its next start: its keys lie beside it anyway.
        serving.lock_of(wanted.folder).unlink(missing_ok=True)
        serving.serve(wanted.port)


def _mark(wanted: Wanted) -> dict[str, object]:
    return {"people": wanted.people, "seed": wanted.seed, "version": __version__}


def _is_made(wanted: Wanted) -> bool:
    """Tell whether the folder holds this very demonstration already, whole: the mark is written last."""
    mark = wanted.folder / _MARK
    return mark.exists() and _mark(wanted).items() <= json.loads(mark.read_text()).items()


def _province(wanted: Wanted, progress: Progress | None) -> tuple[Summary, str]:
    (wanted.folder / _MARK).unlink(missing_ok=True)
    province, out = wanted.folder / "province", wanted.folder / "report"
    made = synthesise(wanted.people, wanted.seed, province)
    order = Order(
        subjects=province / "subjects.parquet",
        records=province / "records.parquet",
        events=province / "events.parquet",
        areas=[province / "areas.parquet", province / "boundaries.geojson"],
        as_of=made.as_of,
        out=out,
    )
    return made, closing_table(score_files(order, progress), out)
