"""A definition file becomes the objects it describes, or is refused as a whole; no file harms the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewatch.analysis.definition import (
    Aggregation,
    Bands,
    Derived,
    Domain,
    Gate,
    Kind,
    Level,
    Threshold,
    Variable,
)
from forewatch.analysis.expressions import And, Choice, Compare, Name, Number, Or
from forewatch.analysis.linting import lint
from forewatch.analysis.loading import load_definition, parse_definition, shipped_indexes
from forewatch.analysis.problems import DefinitionError
from forewatch.analysis.tests.mistakes import SMALL

POOR = """\
id: poor
version: 7
domains: {d: {weight: 1, label: {en: D}}}
variables:
  ill: {type: boolean, level: person, label: {en: Ill}}
indicators:
  - id: I
    domain: d
    level: person
    valid_days: 365
    rules: {3: ill}
    label: {en: I}
aggregation:
  method: alkire_foster
  k_bp: 3300
  show: {coverage_bp: 0, domain_coverage_bp: 0}
  firm: {coverage_bp: 0, domain_coverage_bp: 0}
"""


def codes(text: str) -> list[str]:
    return [one.code for one in lint(text, "x.yaml")]


# --- what is read ------------------------------------------------------------------------------------------


def test_a_definition_holds_what_its_file_says():
    small = parse_definition(SMALL, "small.yaml")
    assert small.name == "small-index@1"
    assert dict(small.title) == {"en": "Small index", "th": "ดัชนีเล็ก"}
    assert dict(small.domains) == {
        "health": Domain("health", 1, {"en": "Health"}),
        "school": Domain("school", 2, {"en": "School"}),
    }
    assert list(small.variables) == ["ill", "visits", "share", "intent", "wish"]
    assert small.variables["ill"] == Variable("ill", Kind.BOOLEAN, Level.PERSON, {"en": "Ill"})
    share = Variable("share", Kind.DECIMAL, Level.HOUSEHOLD, {"en": "Share"}, scale=2, low=0, high=150)
    assert small.variables["share"] == share
    assert small.variables["visits"].high == 9
    assert small.variables["wish"].choices == ("low", "strong")
    unsafe = And((Compare("==", Name("intent"), Choice("planned")), Compare(">=", Name("S1"), Number(2))))
    assert small.derived["unsafe"] == Derived("unsafe", unsafe, "intent == 'planned' and S1 >= 2")
    assert small.gates == (
        Gate(
            "child",
            And((Compare("==", Name("H1"), Number(3)), Compare("<", Name("age"), Number(18)))),
            "H1 == 3 and age < 18",
            {"en": "A child"},
            365,
        ),
    )
    assert small.aggregation == Aggregation(
        "mean", Threshold(4000, 2000), Threshold(7500, 6000), Bands(2000, 4000, 2), None, 1500
    )
    assert {code: words["en"] for code, words in small.responses.items()} == {
        "clinic": "Clinic",
        "school_bus": "School bus",
    }


def test_an_indicator_holds_its_rules_and_their_text():
    small = parse_definition(SMALL, "small.yaml")
    first, second = small.indicators.values()
    assert (first.id, first.domain, first.level, first.weight, first.valid_days) == (
        "H1",
        "health",
        Level.PERSON,
        1,
        365,
    )
    assert first.applies == Compare(">=", Name("age"), Number(5))
    assert first.rule3 == And((Name("ill"), Compare(">=", Name("share"), Number(25, 2))))
    assert first.rule2 == Or((Name("ill"), Compare(">", Name("visits"), Number(3))))
    assert first.sources == {"applies": "age >= 5", "3": "ill and share >= 0.25", "2": "ill or visits > 3"}
    assert {score: words["en"] for score, words in first.why.items()} == {
        3: "Ill and dear",
        2: "Ill or often seen",
    }
    assert first.respond == ("clinic",)
    assert first.evidence == "made up"
    assert (second.weight, second.rule2, second.applies) == (3, None, None)


def test_an_event_holds_what_it_is_worth_each_day():
    events = parse_definition(SMALL, "small.yaml").events
    assert events["T1"].levels == (Level.PERSON,)
    assert (events["T1"].points_bp[0], events["T1"].points_bp[50]) == (1000, 500)
    assert len(events["T1"].points_bp) == 100
    assert (events["T1"].while_active, events["T1"].counts_if, events["T1"].valid_days) == (False, None, 365)
    assert events["T2"].levels == (Level.HOUSEHOLD, Level.AREA)
    assert (events["T2"].while_active, events["T2"].valid_days) == (True, 60)
    assert events["T2"].counts_if_source == "unsafe and age < 30"


def test_a_small_file_may_leave_out_what_is_optional():
    poor = parse_definition(POOR, "poor.yaml")
    assert poor.aggregation == Aggregation("alkire_foster", Threshold(0, 0), Threshold(0, 0), None, 3300, 0)
    assert poor.title == {"en": poor.id}
    assert (poor.derived, poor.events, poor.gates, poor.responses) == ({}, {}, (), {})
    assert poor.indicators["I"].respond == ()
    without = SMALL[: SMALL.index("events:")] + SMALL[SMALL.index("gates:") :]
    assert (
        parse_definition(without.replace("  max_trigger_bp: 1500\n", ""), "x").aggregation.max_trigger_bp == 0
    )


def test_words_about_the_index_and_the_choices_are_kept():
    text = SMALL.replace("domains:\n", "notes: {en: A proposal.}\ndomains:\n", 1).replace(
        "[low, strong],", "[low, strong], choice_labels: {low: {en: Not much, th: น้อย}},"
    )
    found = parse_definition(text, "x.yaml")
    assert found.notes == {"en": "A proposal."}
    assert found.variables["wish"].choice_labels == {"low": {"en": "Not much", "th": "น้อย"}}


def test_without_a_list_of_responses_any_code_may_be_offered():
    text = SMALL[: SMALL.index("responses:")].replace("[clinic]", "[anything]")
    assert parse_definition(text, "x.yaml").indicators["H1"].respond == ("anything",)


def test_a_rule_may_stand_in_any_yaml_style_and_problems_still_find_it():
    plain = parse_definition(SMALL, "x").indicators["H1"].rule3
    for style in (
        "3: ill and share >= 0.25",
        "3: 'ill and share >= 0.25'",
        "3: >-\n        ill and\n        share >= 0.25",
        "3: |\n        ill\n        and share\n          >= 0.25",
        "3: ill\n        and share >= 0.25",
        '3: "ill and\\\n        \\ share >= 0.25"',
    ):
        text = SMALL.replace('3: "ill and share >= 0.25"', style)
        assert parse_definition(text, "x").indicators["H1"].rule3 == plain
        broken = text.replace("share >", "sharp >").replace("share\n", "sharp\n")
        (problem,) = (one for one in lint(broken, "x") if one.code == "unknown-name")
        line = broken.splitlines()[problem.line - 1]
        assert line[problem.column - 1 :].startswith("sharp"), style


def test_quotes_in_quotes_do_not_shift_the_place():
    text = SMALL.replace("3: \"wish == 'strong' and visits == 0\"", "3: 'wish == ''strong'' and wisits == 0'")
    (problem,) = (one for one in lint(text, "x") if one.code == "unknown-name")
    assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith("wisits")


# --- files -------------------------------------------------------------------------------------------------


def test_shipped_indexes_load_by_id_without_a_problem():
    assert "chiang-mai-28" in shipped_indexes()
    for name in shipped_indexes():
        assert load_definition(name).id == name


def test_a_file_loads_by_its_path(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    assert load_definition(file) == load_definition(str(file)) == parse_definition(SMALL, "small.yaml")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_definition(file) == parse_definition(SMALL, "small.yaml")


def test_a_definition_that_fails_says_all_its_errors():
    with pytest.raises(DefinitionError) as caught:
        parse_definition(
            SMALL.replace("version: 1", "version: no").replace("visits > 3", "visitz > 3"), "my.yaml"
        )
    assert [one.code for one in caught.value.problems] == ["not-whole", "unknown-name"]
    assert "my.yaml:2:10: version: this must be a whole number" in str(caught.value)
    assert 'Did you mean "visits"?' in str(caught.value)


def test_a_warning_alone_does_not_fail():
    text = SMALL.replace("    evidence: made up\n", "")
    assert [one.severity for one in lint(text, "x")] == ["warning", "warning"]
    assert parse_definition(text, "x").indicators["H1"].evidence == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [(SMALL.encode("cp874"), "not-utf-8"), (b"\xff\xfe", "not-utf-8"), (b"x" * 1_000_001, "too-big")],
)
def test_a_file_that_is_not_small_utf8_text_is_refused(tmp_path, content, code):
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        load_definition(file)
    assert [(one.code, one.line) for one in caught.value.problems] == [(code, 1)]


@pytest.mark.parametrize("name", ["no-such-index", "", "chiang-mai-28.examples", "\0", "../indexes"])
def test_a_name_that_is_no_index_says_which_there_are(name):
    with pytest.raises(DefinitionError, match=r"shipped: .*chiang-mai-28"):
        load_definition(name)


def test_a_folder_is_no_definition(tmp_path: Path):
    with pytest.raises(DefinitionError, match="no such file"):
        load_definition(tmp_path)


# --- hostile and broken YAML -------------------------------------------------------------------------------

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

BROKEN = {
    "": ("empty", 1),
    "# nothing but words\n": ("empty", 1),
    "just words": ("not-a-block", 1),
    "- a\n- b": ("not-a-block", 1),
    "id: [1": ("not-yaml", 2),
    "id: x\n\tversion: 1": ("not-yaml", 2),
    "id: a: b": ("not-yaml", 1),
    "id: 'x": ("not-yaml", 1),
    "id: \x01": ("not-text-file", 1),
    "id: \ud800": ("not-text-file", 1),
    "id: x\ntitle: y\u2028z\nid: y": ("unseen-break", 2),
    "id: x\u0085": ("unseen-break", 1),
    "id: x\n---\nid: y": ("several-documents", 2),
    LAUGHS: ("anchor", 1),
    "id: &x y": ("anchor", 1),
    "id: x\nversion: *x": ("anchor", 2),
    "id: !!python/object/apply:os.system [ls]": ("tag", 1),
    "id: !secret x": ("tag", 1),
    "id: !!str 7": ("tag", 1),
    "a: " + "[" * 50_000: ("too-nested", 1),
    "a: " + "{b: " * 10_000: ("too-nested", 1),
    "\n".join(" " * depth + "a:" for depth in range(300)): ("too-nested", 13),
    "id: " + "x" * 1_000_000: ("too-big", 1),
}


@pytest.mark.parametrize("text", BROKEN, ids=lambda one: one[:20])
def test_a_file_that_is_not_plain_yaml_is_refused_at_its_line(text):
    (problem,) = lint(text, "x.yaml")
    assert (problem.code, problem.severity) == (BROKEN[text][0], "error")
    assert problem.line == BROKEN[text][1]


@pytest.mark.parametrize("text", ["? [a, b]\n: 1\n", "{a: 1}: 2\n", "<<: {a: 1}\n", "1: 2\n", "null: x\n"])
def test_keys_that_are_not_ours_are_refused(text):
    assert {"key-form", "unknown-key"} & set(codes(SMALL + text))


def test_a_long_text_is_refused():
    assert codes(SMALL.replace("made up", "m" * 30_000, 1)) == ["text-too-long"]


def test_sections_have_a_size():
    many = "".join(f"  v{i}: {{type: boolean, level: person, label: {{en: x}}}}\n" for i in range(1001))
    assert "too-many" in codes(SMALL.replace("variables:\n", "variables:\n" + many))
    gates = "".join(f"  - {{id: g{i}, when: ill, label: {{en: x}}}}\n" for i in range(101))
    assert codes(SMALL.replace("gates:\n", "gates:\n" + gates)) == ["too-many"]


def test_derived_names_cannot_unfold_into_a_giant():
    first = 'derived:\n  m0: "ill"\n'
    doubling = "".join(f'  m{i + 1}: "m{i} or m{i}"\n' for i in range(60))
    text = SMALL.replace("derived:\n", first + doubling).replace("ill or visits", "m60 or visits")
    assert set(codes(text)) == {"too-large-written-out"}
    chain = "".join(f'  m{i + 1}: "not m{i}"\n' for i in range(160))
    text = SMALL.replace("derived:\n", first + chain).replace("ill or visits", "m160 or visits")
    assert set(codes(text)) == {"too-large-written-out"}
    shorter = text.replace(chain[chain.index("  m141:") :], "").replace("m160 or visits", "m140 or visits")
    assert codes(shorter) == []


def test_a_long_chain_of_indicators_loads():
    links = "".join(
        f"  - {{id: I{i}, domain: health, level: person, valid_days: 9, label: {{en: x}}, evidence: x, "
        f'rules: {{3: "I{i - 1} == 3"}}}}\n'
        for i in range(1, 198)
    )
    text = SMALL.replace("indicators:\n", f"indicators:\n{links}").replace("I0 == 3", "H1 == 3")
    order = [one.id for one in parse_definition(text, "x").scoring_order]
    assert order.index("H1") < order.index("I1") < order.index("I150") < order.index("I197")


def test_many_mistakes_are_all_told_quickly():
    text = SMALL.replace("ill or visits > 3", " or ".join(f"w{i}" for i in range(1000)))
    assert len([one for one in lint(text, "x") if one.code == "unknown-name"]) == 1000
