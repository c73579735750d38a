"""Files that leave, opened as whoever gets them opens them: nothing runs, hides or is linked."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forewatch.access.actors import actor_for
from forewatch.access.rules import Role
from forewatch.analysis.loading import load_definition
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import PROVINCE, Cast
from forewatch.intake import returning
from forewatch.lib.cells import RUNS
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.models import Person
from forewatch.register.sealed import Who
from forewatch.reports.atlas.crossing import open_report
from forewatch.reports.atlas.exports.table import as_csv
from forewatch.reports.atlas.exports.workbook import as_xlsx
from forewatch.reports.atlas.rules import Crossing
from forewatch.reports.atlas.tests.conftest import Counted, counted
from forewatch.reports.exits.content import Row, as_table

__all__ = ("counted",)
CELLS, TOGETHER = 20_000, 100
ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
UNSAFE = ("=1+1", '=HYPERLINK("https://example.invalid")', "=SUM(A1:A2)")
HIDES = re.compile(r"pivot|externalLink|vbaProject|connections|customXml|embeddings|queryTable", re.I)
Opened = Callable[[str, bytes], list[tuple[str, str]]]
_HOSTILE = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", " ", "\t", "\r", "\n", "\u00a0", "\u3000", "\ufeff", "\u200b"]),
    st.sampled_from([*RUNS, "\uff1d", "\uff0b", "\uff0d", "\uff20"]),
    st.sampled_from(["1+1", "cmd|' /C x'!A0", "HYPERLINK(1)"]) | st.text(max_size=5),
)


def made_up() -> list[str]:
    """Return cells of any text at all, the half of them of a kind that a spreadsheet might run."""
    found: list[str] = []

    @settings(max_examples=CELLS // TOGETHER, derandomize=True, database=None)
    @given(st.lists(st.text(max_size=12) | _HOSTILE, min_size=TOGETHER, max_size=TOGETHER))
    def gather(cells: list[str]) -> None:
        found.extend(cells)

    gather()
    assert len(found) >= CELLS
    return found[:CELLS]


@pytest.fixture
def files(cast: Cast, counted: Counted) -> dict[str, bytes]:
    """Return the same cells of text in every kind of table that leaves, by name."""
    texts = made_up()
    pairs = list(zip(texts[::2], texts[1::2], strict=True))
    report = open_report(actor_for(cast[Role.PROVINCIAL_LEAD]), Crossing(area=PROVINCE))
    areas = [Area(code=one, name=other, level=2) for one, other in pairs]
    report = replace(report, lines=[replace(report.lines[0], area=one) for one in areas])
    nobody = Person(id=new_id(), code="P-0000-0000-000")
    people = [Row(nobody, nobody.code, "", Who(given=one, family=other)) for one, other in pairs]
    index, day = load_definition("chiang-mai-28"), date(2026, 6, 30)
    book = io.BytesIO()
    returning.as_xlsx(pairs, book)
    return {
        "report.csv": as_csv(report),
        "report.xlsx": as_xlsx(report),
        "handed-over.csv": as_table(people, index, "en", day, with_names=True),
        "sent-back.csv": b"".join(returning.as_csv(pairs)),
        "sent-back.xlsx": book.getvalue(),
    }


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Return a function that opens a file in LibreOffice and gives each cell with its formula, if any."""
    office, folder = shutil.which("soffice"), tmp_path_factory.mktemp("office")
    if office is None:
        pytest.fail("Exported files are opened as readers do: apt-get install libreoffice-calc-nogui")

    def cells(name: str, content: bytes) -> list[tuple[str, str]]:
        file = folder / name
        file.write_bytes(content)
        # Comma, quotation mark, UTF-8, from the first line on: what a reader confirms by pressing Enter.
        kind = ["--infilter=CSV:44,34,76,1"] if file.suffix == ".csv" else []
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [office, profile, "--headless", *kind, "--convert-to", "fods", "--outdir", folder, file]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        made = file.with_suffix(".fods")
        assert made.exists(), f"LibreOffice did not open {name}: {done.stderr}"
        found = list(_cells(made))
        made.unlink()
        return found

    return cells


def _cells(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the text and the formula of each cell that LibreOffice holds."""
    for _event, one in ElementTree.iterparse(file):  # noqa: S314  made by our own LibreOffice
        if one.tag == f"{ODS}table-cell":
            said = "".join(one.itertext()).strip()
            if said or one.get(f"{ODS}formula"):
                times = int(one.get(f"{ODS}number-columns-repeated", "1"))
                yield from [(said, one.get(f"{ODS}formula", ""))] * times


def test_a_table_that_is_not_made_safe_runs(opened: Opened) -> None:
    """The search below finds formulas where there are some."""
    found = opened("unsafe.csv", "\n".join(f'"{one}"' for one in UNSAFE).encode())
    assert len([formula for _said, formula in found if formula]) == len(UNSAFE)
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(UNSAFE)
    book.save(file)
    found = opened("unsafe.xlsx", file.getvalue())
    assert len([formula for _said, formula in found if formula]) == len(UNSAFE)


def test_of_twenty_thousand_made_up_cells_in_each_kind_of_file_none_runs(
    files: dict[str, bytes], opened: Opened, assured: Assured
) -> None:
    for name, content in files.items():
        found = opened(name, content)
        formulas = [one for one in found if one[1]]
        # All of them were read: most cells of this many have something to show.
        assert len(found) > CELLS // 2, name
        assert formulas == [], name
        assert _formulas(name, content) == [], name
        assured("cells", CELLS, len(formulas))


def _formulas(name: str, content: bytes) -> list[str]:
    """Return what a reader of another make would run."""
    if name.endswith(".csv"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [one for row in rows for one in row if one.strip()[:1] in RUNS and one.strip()]
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


def test_a_workbook_has_the_sheets_that_it_declares_and_nothing_beside_them(files: dict[str, bytes]) -> None:
    for name, sheets in (("report.xlsx", 2), ("sent-back.xlsx", 1)):
        with zipfile.ZipFile(io.BytesIO(files[name])) as book:
            parts = book.namelist()
            declared = ElementTree.fromstring(book.read("xl/workbook.xml"))  # noqa: S314  made by us
            texts = [book.read(one) for one in parts if one.endswith((".xml", ".rels"))]
        shown = [one.get("state", "visible") for one in declared.iter(f"{MAIN}sheet")]
        assert shown == ["visible"] * sheets
        held = [one for one in parts if one.startswith("xl/worksheets/") and one.endswith(".xml")]
        assert len(held) == sheets
        assert not [one for one in parts if HIDES.search(one)]
        assert not [*declared.iter(f"{MAIN}definedName"), *declared.iter(f"{MAIN}externalReference")]
        for mark in (b"<f>", b"<f ", b'TargetMode="External"', b'hidden="1"', b'hidden="true"'):
            assert not [one for one in texts if mark in one], (name, mark)


def test_what_a_workbook_has_no_place_for_does_not_break_it() -> None:
    file = io.BytesIO()
    returning.as_xlsx([["a\ufffeb\uffffc\x01d\ud800e"]], file)
    [[cell]] = openpyxl.load_workbook(file).worksheets[0].values
    assert cell == "abcde"
