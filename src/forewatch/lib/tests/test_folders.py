"""A folder is written whole or not at all."""

from __future__ import annotations

import pytest

from forewatch.lib.folders import written_aside


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
