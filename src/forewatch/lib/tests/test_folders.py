"""A folder is written whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from forewatch.lib.folders import scratch, sweep_scratch, written_aside

WORKS = """
import sys, time
from pathlib import Path
from forewatch.lib.folders import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "made up").write_text("made up")
    print(folder.name, flush=True)
    time.sleep(60)
"""


def test_files_arrive_together_and_replace_those_of_before(tmp_path):
    folder = tmp_path / "new" / "out"
    for words in ("first", "second"):
        with written_aside(folder) as aside:
            (aside / "a").write_text(words)
            assert words == "second" or not folder.exists()
        assert (folder / "a").read_text() == words
    assert [one.name for one in folder.parent.iterdir()] == ["out"]


def test_nothing_arrives_when_something_goes_wrong(tmp_path):
    def write_half() -> None:
        with written_aside(tmp_path / "out") as aside:
            (aside / "a").write_text("half")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_ours_of_an_earlier_run_go_and_others_stay(tmp_path):
    for name in ("old", "theirs"):
        (tmp_path / name).write_text("before")
    with written_aside(tmp_path, of_ours=["old", "new"]) as aside:
        (aside / "new").write_text("now")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["new", "theirs"]


def test_scratch_of_who_is_at_work_stays_and_of_who_was_killed_goes(tmp_path):
    command = [sys.executable, "-c", WORKS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        for _look in range(2):
            sweep_scratch(tmp_path)
            with scratch(tmp_path) as ours:
                assert sorted(one.name for one in tmp_path.iterdir()) == sorted([name, ours.name])
        other.send_signal(signal.SIGKILL)
    assert (tmp_path / name / "made up").exists()
    sweep_scratch(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_whoever_begins_removes_what_another_left_and_at_the_end_its_own(tmp_path):
    def work() -> None:
        with scratch(tmp_path) as ours:
            assert list(tmp_path.iterdir()) == [ours]
            (ours / "people").write_text("made up")
            raise RuntimeError("stop")

    left = tmp_path / ".scratch-made-up"
    left.mkdir()
    (left / "people").write_text("made up")
    with pytest.raises(RuntimeError, match="stop"):
        work()
    assert list(tmp_path.iterdir()) == []
