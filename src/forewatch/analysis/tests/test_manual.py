"""The manual says what the definition says, in pages that link to each other, and prints no wrong example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forewatch.analysis.examples import load_examples, parse_examples
from forewatch.analysis.loading import load_definition, parse_definition
from forewatch.analysis.manual import write_manual
from forewatch.analysis.problems import DefinitionError
from forewatch.analysis.tests.mistakes import SMALL
from forewatch.analysis.tests.test_examples import GOOD

PRINTED = Path(__file__).parents[4] / "docs" / "indicators"
DEFINITION = parse_definition(SMALL, "small.yaml")


def written(folder, definition=DEFINITION, examples=GOOD):
    paths = write_manual(definition, parse_examples(examples, "ex.yaml"), folder)
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def rows(page: str) -> list[list[str]]:
    """Return the cells of all table rows of a page."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_there_is_a_page_for_each_indicator_one_of_contents_and_one_of_events(tmp_path):
    pages = written(tmp_path / "new" / "folder")
    assert set(pages) == {"README.md", "events.md", "H1.md", "S1.md"}
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == set(pages)
    assert all(page.endswith("\n") and "\n\n\n" not in page for page in pages.values())


def test_the_contents_list_indicators_under_their_domains(tmp_path):
    page = written(tmp_path)["README.md"]
    assert page.startswith("# Small index\n\nดัชนีเล็ก\n")
    assert "`small-index@1`" in page
    health, school = page.index("## Health"), page.index("## School")
    assert health < page.index("[H1](H1.md)") < school < page.index("[S1](S1.md)")
    assert "Weight of the domain: 2." in page[school:]
    assert ["[S1](S1.md)", "Schooling", "the household", "30 days", "3"] in rows(page)
    assert "High from 40.00 points, or with at least 2 indicators at 3." in page


def test_notes_of_the_definition_stand_on_the_first_page(tmp_path):
    text = SMALL.replace("domains:\n", "notes: {en: The original list was never published.}\ndomains:\n", 1)
    page = written(tmp_path, parse_definition(text, "x"))["README.md"]
    assert page.index("The original list was never published.") < page.index("## Health")


def test_an_indicator_page_shows_rules_questions_responses_and_evidence(tmp_path):
    page = written(tmp_path)["H1.md"]
    assert page.startswith("# H1 · Illness\n")
    assert "Applies when `age >= 5`; otherwise it is not applicable." in page
    assert ["3", "Ill and dear", "`ill and share >= 0.25`"] in rows(page)
    assert ["2", "Ill or often seen", "`ill or visits > 3`"] in rows(page)
    assert ["1", "Known to be none of the above.", ""] in rows(page)
    assert ["`share`", "Share", "the household", "0.00 to 1.50"] in rows(page)
    assert ["`ill`", "Ill", "the person", "true, false"] in rows(page)
    assert "`wish`" not in page
    assert "answers valid for 365 days" in page
    assert "## What would lower it\n\n- Clinic\n" in page
    assert page.endswith("## Evidence\n\nmade up\n")


def test_the_truth_table_is_made_of_the_examples(tmp_path):
    found = rows(written(tmp_path)["H1.md"])
    assert ["age", "`ill`", "`visits`", "`share`", "Score", ""] in found
    assert ["40", "true", "·", "0.25", "**3**", "Ill, and care is dear."] in found
    assert ["4", "true", "·", "·", "**not applicable**", "Too young."] in found
    assert ["·", "false", "0", "·", "**missing**", "Nobody knows the age."] in found


def test_derived_names_and_other_indicators_are_explained(tmp_path):
    text = SMALL.replace('3: "ill and share >= 0.25"', '3: "unsafe and share >= 0.25"')
    page = written(tmp_path, parse_definition(text, "x"), examples=GOOD[GOOD.index("- indicator: S1") :])[
        "H1.md"
    ]
    assert "- `unsafe` means `intent == 'planned' and S1 >= 2`" in page
    assert "- `S1` is the score of [S1 · Schooling](S1.md)" in page
    assert ["`intent`", "Intent", "the person", "`none`<br>`considering`<br>`planned`"] in rows(page)


def test_events_are_worth_less_with_time(tmp_path):
    page = written(tmp_path)["events.md"]
    assert ["T1", "Event", "person", "50 days", "100 days", "10.00", "6.60", "2.87", "0.00", "0.00"] in rows(
        page
    )
    assert "T2: Worth its full points while it lasts" in page
    assert "T2: Counts only if `unsafe and age < 30` (answers valid for 60 days)." in page
    assert ["`child`", "A child", "`H1 == 3 and age < 18`", "365 days"] in rows(page)
    assert "at most 15.00 points" in page


def test_an_index_without_events_and_gates_says_so(tmp_path):
    text = SMALL[: SMALL.index("events:")] + SMALL[SMALL.index("aggregation:") :]
    page = written(tmp_path, parse_definition(text.replace("derived:\n  unsafe", "derived:\n  unsafe"), "x"))
    assert "This index has no events." in page["events.md"]
    assert "This index has no gates." in page["events.md"]


def test_a_coverage_page_is_linked_once_it_is_there(tmp_path):
    assert "coverage.md" not in written(tmp_path)["README.md"]
    (tmp_path / "coverage.md").write_text("# Coverage\n", encoding="utf-8")
    assert "(coverage.md)" in written(tmp_path)["README.md"]
    assert (tmp_path / "coverage.md").read_text(encoding="utf-8") == "# Coverage\n"


def test_a_wrong_example_stops_the_printing(tmp_path):
    with pytest.raises(DefinitionError, match="the rules of H1 give 3"):
        written(tmp_path, examples=GOOD.replace("score: 3", "score: 2", 1))
    assert not list(tmp_path.iterdir())


def test_words_cannot_break_a_table_or_start_a_tag(tmp_path):
    text = SMALL.replace("label: {en: Ill}", "label: {en: 'Ill | <b>'}")
    assert ["`ill`", "Ill \\| &lt;b>", "the person", "true, false"] in rows(
        written(tmp_path, parse_definition(text, "x"))["H1.md"]
    )


def test_no_page_overwrites_another(tmp_path):
    text = SMALL.replace("- id: S1", "- id: Events").replace("S1 >= 2", "Events >= 2")
    pages = written(tmp_path, parse_definition(text, "x"), examples=GOOD[: GOOD.index("- indicator: S1")])
    assert "# Trigger events and gates" in pages["events.md"]
    assert "# Events · Schooling" in pages["Events-indicator.md"]
    assert "(Events-indicator.md)" in pages["README.md"]


def test_the_shipped_index_prints_whole_with_both_languages(tmp_path):
    definition = load_definition("chiang-mai-28")
    write_manual(definition, load_examples("chiang-mai-28"), tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == 30
    for indicator in definition.indicators.values():
        page = (tmp_path / f"{indicator.id}.md").read_text(encoding="utf-8")
        assert indicator.label["en"] in page
        assert indicator.label["th"] in page
        assert "## Worked examples" in page
        assert "## What would lower it" in page
        for target in re.findall(r"\]\(([^)]+)\)", page):
            assert target in names


def test_printing_twice_gives_the_same_bytes(tmp_path):
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_the_manual_in_the_repository_is_the_one_that_is_printed(tmp_path):
    """If it is not: run `forewatch index manual`."""
    (tmp_path / "coverage.md").write_bytes((PRINTED / "coverage.md").read_bytes())
    write_manual(load_definition("chiang-mai-28"), load_examples("chiang-mai-28"), tmp_path)
    now, before = ({one.name: one.read_bytes() for one in folder.iterdir()} for folder in (tmp_path, PRINTED))
    assert now == before
