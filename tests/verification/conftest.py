"""Tests on real data that no licence lets this repository carry: they read it where the environment says."""

import os
from pathlib import Path

import pytest

VARIABLE = "FOREWATCH_VERIFICATION_DATA"
REASON = f"{VARIABLE} is not set: give the folder that holds geography/ and household/"


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of the real data; unset skips, but a folder that is not there is a mistake."""
    if VARIABLE not in os.environ:
        pytest.skip(REASON)
    folder = Path(os.environ[VARIABLE]).resolve()
    assert folder.is_dir(), f"{VARIABLE} names {folder}, which is no folder"
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print why the tests were skipped, which a quiet run would not say."""
    skipped = [one for one in terminalreporter.stats.get("skipped", []) if REASON in str(one.longrepr)]
    if skipped:
        terminalreporter.write_line(f"tests/verification: {len(skipped)} tests skipped. {REASON}.")
