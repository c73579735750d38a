"""Whatever a file holds, it is read or refused with a reason, in seconds, and whoever asked stays well."""

import io
import os
import random
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import openpyxl
import pytest

from forewatch.intake.readers.limits import MEGABYTE
from forewatch.intake.readers.refusals import Reason, Unreadable
from forewatch.intake.readers.running import Sheet, read
from forewatch.intake.readers.tests.corpus import Hostile, corpus, with_strings, zipped

CORPUS = corpus()
SECONDS = 5.5
"""The reading process is stopped after five; the rest is starting and stopping it."""


def outcome(name: str, content: bytes) -> Reason | int:
    """Return why a file was refused, or how many rows it gave."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            return sum(len(one) for one in read(file, name, len(content)) if not isinstance(one, Sheet))
        except Unreadable as problem:
            return problem.reason


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda one: one.name.encode("unicode_escape").decode())
def test_each_file_ends_as_it_must(hostile: Hostile) -> None:
    started = time.monotonic()
    found = outcome(hostile.name, hostile.content)
    assert time.monotonic() - started < SECONDS
    if hostile.ends is None:
        assert isinstance(found, int)
        assert found > 0
    else:
        assert found == hostile.ends


def test_the_corpus_is_large_and_has_every_reason() -> None:
    assert len(CORPUS) >= 60
    # Two reasons need no file of their own: they are about the process, below.
    elsewhere = {Reason.TOO_LARGE, Reason.TOO_SLOW, Reason.TOO_MUCH_MEMORY, Reason.TOO_MANY_SHEETS}
    assert {one.ends for one in CORPUS if one.ends} == set(Reason) - elsewhere


def test_ten_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    sparse = tmp_path / "sparse.csv"
    with sparse.open("wb") as file:
        file.truncate(10 * 1024 * MEGABYTE)
    started = time.monotonic()
    with sparse.open("rb") as file, pytest.raises(Unreadable) as refused:
        list(read(file, "sparse.csv", os.path.getsize(sparse)))
    assert refused.value.reason == Reason.TOO_LARGE
    assert time.monotonic() - started < 1


def test_a_file_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forewatch.intake.readers.running.seconds_for", lambda kind, size: 0.05)
    assert outcome("slow.csv", b"a,b\n" + b"1,2\n" * 2_000_000) == Reason.TOO_SLOW


def test_memory_that_runs_out_is_a_reason() -> None:
    """One rare character makes a string four bytes wide, and a workbook keeps all its strings."""
    long = [f"\U0001f33e{random.Random(number).randbytes(400).hex() * 37}" for number in range(6_000)]  # noqa: S311
    strings = "".join(f"<si><t>{one}</t></si>" for one in long).encode()
    assert outcome("strings.xlsx", zipped(with_strings(strings), 1)) == Reason.TOO_MUCH_MEMORY


def test_too_many_sheets_are_refused() -> None:
    made = openpyxl.Workbook()
    for number in range(60):
        made.create_sheet(f"s{number}").append(["a", "b"])
    buffer = io.BytesIO()
    made.save(buffer)
    assert outcome("sheets.xlsx", buffer.getvalue()) == Reason.TOO_MANY_SHEETS


class Watched(subprocess.Popen[bytes]):
    """A process whose largest memory is read from outside, every few milliseconds."""

    largest = 0

    def __init__(self, *args: object, **others: object) -> None:
        super().__init__(*args, **others)  # type: ignore[call-overload]
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        try:
            while True:
                status = Path(f"/proc/{self.pid}/status").read_text()
                Watched.largest = max(Watched.largest, int(status.split("VmHWM:")[1].split()[0]))
                time.sleep(0.005)
        except (OSError, IndexError):
            return


@pytest.mark.parametrize(
    "name", ["bomb.xlsx", "deep.xlsx", "gap.xlsx", "nul-late.csv", "rows.parquet", "good.parquet"]
)
def test_no_reading_process_grows_beyond_half_a_gigabyte(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV and XLSX could not: their address space is no larger. Parquet's is, so it is watched."""
    monkeypatch.setattr("forewatch.intake.readers.running.subprocess.Popen", Watched)
    Watched.largest = 0
    outcome(name, next(one.content for one in CORPUS if one.name == name))
    assert 0 < Watched.largest <= 512 * 1024
