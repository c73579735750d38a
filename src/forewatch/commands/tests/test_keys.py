"""Secrets are random, and those of a demonstration are made once and readable by their owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

from forewatch.cli import main
from forewatch.commands.keys import demonstration, new_keys
from forewatch.config.environment import read


def test_two_sets_of_keys_share_nothing() -> None:
    first, second = new_keys(), new_keys()
    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())
    assert first["FOREWATCH_SEAL_KEY"] != first["FOREWATCH_LOOKUP_KEY"]


def test_the_command_prints_lines_that_the_settings_take(capsys: object) -> None:
    assert main(["new-keys"]) == 0
    printed = capsys.readouterr().out  # type: ignore[attr-defined]
    said = dict(line.split("=", 1) for line in printed.splitlines() if line and not line.startswith("#"))
    said |= {"FOREWATCH_NODE": "n", "FOREWATCH_DATA_DIR": "/data", "ALLOWED_HOSTS": "localhost"}
    assert read(said).secret_key == said["SECRET_KEY"]


def test_a_demonstration_keeps_its_keys_to_itself(tmp_path: Path) -> None:
    first = demonstration(tmp_path / "var")
    assert demonstration(tmp_path / "var") == first
    assert demonstration(tmp_path / "another")["SECRET_KEY"] != first["SECRET_KEY"]
    (file,) = (tmp_path / "var").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read(first).demo
