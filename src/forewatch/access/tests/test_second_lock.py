"""Where the system looks past the second lock: a short list, with a reason each."""

from __future__ import annotations

import re
from pathlib import Path

import forewatch

PACKAGE = Path(forewatch.__file__).parent
PAST = {
    ("register/visibility.py", "what the decision asks of a household"),
    ("register/actions/breaking_glass.py", "an emergency anywhere"),
    ("register/queries/emergencies.py", "whom an emergency is asked for"),
    ("register/matching.py", "the same person elsewhere"),
    ("register/actions/planting.py", "people who do not exist"),
    ("register/actions/merging.py", "one person in two places"),
    ("register/actions/checking.py", "a correction that goes back to its writer"),
    ("register/standing.py", "what rows add up to, kept in step"),
    ("rights/queries.py", "whom a contest is about"),
    ("rights/actions.py", "whom a contest is about"),
    ("rights/erasures.py", "an erasure"),
    ("rights/queries.py", "from whom somebody is kept away"),
    ("access/sealing.py", "keys of nobody"),
    ("intake/letting_go.py", "rows set aside beside somebody who is erased"),
    ("register/permissions.py", "who is kept away, to tell them"),
    ("rights/who_saw.py", "who saw somebody"),
    ("intake/grading/queries.py", "what is graded blind"),
    ("register/actions/sources.py", "all that a source said"),
    ("rights/retention.py", "what is past its time"),
    ("register/bulk/resting.py", "what stands on a batch that is to be undone"),
    ("register/bulk/undoing.py", "a batch that is undone"),
    ("register/actions/households.py", "what somebody registers who may not read it"),
    ("rights/informing/queries.py", "where nobody was told"),
    ("rights/informing/actions.py", "where nobody was told"),
    ("office/handing_over.py", "what a leaver has in hand"),
    ("office/emergencies.py", "where an emergency was"),
    ("register/actions/drafts.py", "whether the id of a draft is taken"),
    ("register/queries/lists.py", "who contests what is kept"),
    ("risk/keeping.py", "what is kept about whoever asks"),
    ("risk/following.py", "what a saved household's index stands on"),
    ("intake/concerns/actions.py", "a receipt that was sent twice"),
}
"""By file: for what it looks further than its reader. Add a line only for what no reader is shown."""


def test_few_things_look_past_the_lock_and_say_what_for() -> None:
    found = {
        (str(file.relative_to(PACKAGE)), why)
        for file in PACKAGE.rglob("*.py")
        if "tests" not in file.parts
        for why in re.findall(r"second_lock\.opened\(\s*\"([^\"]+)\"", file.read_text())
    }
    assert found == PAST


def test_nothing_is_said_for_a_whole_connection() -> None:
    """`set_config(…, false)` and a plain SET would stay for the next reader."""
    for file in PACKAGE.rglob("*.py"):
        if "tests" in file.parts:
            continue
        words = file.read_text()
        assert not re.search(r"\bSET\s+(SESSION\s+)?\"?forewatch\.", words), file
        for rest in re.findall(r"set_config\((.*)", words):
            assert ", true)" in rest or file.name == "second_lock.py", file
