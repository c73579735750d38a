"""Every kind of mistake in a definition file has its code, its place, its key and a sentence that helps."""

from __future__ import annotations

import pytest

from forewatch.analysis.linting import lint
from forewatch.analysis.tests.mistakes import ILL, R2, R3, SMALL, Mistake, check, rule3, warning

AGGREGATION = SMALL[SMALL.index("aggregation:") : SMALL.index("responses:")]
SHOW = "  show: {coverage_bp: 4000, domain_coverage_bp: 2000}\n"

FORM = [
    Mistake("missing-key", "id: small-index\n", "", "version", "id", "`id:` is missing"),
    Mistake("id-form", "small-index", "Small index", "id: Small", "id", "small letters, digits and hyphens"),
    Mistake("missing-key", "version: 1\n", "", "id: small", "version", "`version:` is missing"),
    Mistake("not-whole", "version: 1", "version: yes", "yes", "version", "whole number"),
    Mistake("not-whole", "version: 1", 'version: "1"', '"1"', "version", 'not the text "1"'),
    Mistake("out-of-bounds", "version: 1", "version: 0", "0", "version", "0 is outside the allowed 1"),
    Mistake("unknown-key", "title:", "titel:", "titel", "titel", 'Did you mean "title"?'),
    Mistake(
        "unknown-key",
        "    domain: health\n",
        "    domain: health\n    lable: x\n",
        "lable",
        "indicators.H1.lable",
        "not a key that belongs here",
    ),
    Mistake(
        "duplicate-key", "version: 1", "version: 1\nversion: 2", "version: 2", "version", "stands here twice"
    ),
    Mistake("no-english", "{en: Small index, th: ดัชนีเล็ก}", "{th: ดัชนีเล็ก}", "{th", "title", "add `en:`"),
    Mistake(
        "language",
        "{en: Small index, th: ดัชนีเล็ก}",
        "{en: Small index, Thai: x}",
        "Thai",
        "title.Thai",
        "not a language code",
    ),
    Mistake("not-text", "{en: Small index, th: ดัชนีเล็ก}", "{en: yes}", "yes", "title.en", "put it in quotes"),
    Mistake("not-text", "{en: Small index, th: ดัชนีเล็ก}", "{en: [a]}", "[a]", "title.en", "not a list"),
    Mistake("empty-text", "{en: Small index, th: ดัชนีเล็ก}", "{en: ' '}", "' '", "title.en", "is empty"),
    Mistake(
        "not-a-block",
        "{en: Small index, th: ดัชนีเล็ก}",
        "Small index",
        "Small index",
        "title",
        "must be a block",
    ),
    Mistake("missing-key", ", label: {en: Health}", "", "{weight: 1}", "domains.health.label", "is missing"),
    Mistake("missing-key", "{weight: 1, label", "{label", "{label", "domains.health.weight", "is missing"),
    Mistake(
        "not-whole", "weight: 1, label", "weight: true, label", "true", "domains.health.weight", "not `true`"
    ),
    Mistake(
        "out-of-bounds",
        "weight: 1, label",
        "weight: 1001, label",
        "1001",
        "domains.health.weight",
        "outside the allowed 1 to 1,000",
    ),
    Mistake("not-whole", "weight: 1, label", "weight: 1.0, label", "1.0", "domains.health.weight", "whole"),
]

VARIABLES = [
    Mistake(
        "not-an-option",
        "{type: boolean",
        "{type: bool",
        "bool",
        "variables.ill.type",
        'Did you mean "boolean"?',
    ),
    Mistake(
        "not-an-option",
        "boolean, level: person",
        "boolean, level: family",
        "family",
        "variables.ill.level",
        "not one of person, household, area",
    ),
    Mistake(
        "not-for-this-type",
        "{type: boolean,",
        "{type: boolean, range: [0, 1],",
        "range: [0, 1],",
        "variables.ill.range",
        "has no `range`",
    ),
    Mistake(
        "missing-key",
        "type: integer, range: [0, 9]",
        "type: integer",
        "{type: integer",
        "variables.visits.range",
        "is missing",
    ),
    Mistake("range-order", "[0, 9]", "[9, 0]", "[9", "variables.visits.range", "lowest value is above"),
    Mistake("range-form", "[0, 9]", "[0, 5, 9]", "[0, 5", "variables.visits.range", "there are 3"),
    Mistake("not-number", "[0, 9]", "[0, many]", "many", "variables.visits.range", "must be a number"),
    Mistake("too-many-decimals", "[0, 9]", "[0, 9.5]", "9.5", "variables.visits.range", "not a whole number"),
    Mistake(
        "range-too-large",
        "[0, 9]",
        "[0, 1000000000000001]",
        "[0, 1000",
        "variables.visits.range",
        "larger units",
    ),
    Mistake(
        "out-of-bounds", "scale: 2", "scale: 7", "7", "variables.share.scale", "outside the allowed 1 to 6"
    ),
    Mistake(
        "too-many-decimals", "[0, 1.5]", "[0, 1.555]", "1.555", "variables.share.range", "at most 2 decimals"
    ),
    Mistake("missing-key", "    scale: 2\n", "", "type: decimal", "variables.share.scale", "is missing"),
    Mistake(
        "missing-key",
        "type: choice, choices: [low, strong]",
        "type: choice",
        "{type: choice, level",
        "variables.wish.choices",
        "is missing",
    ),
    Mistake("empty-list", "[low, strong]", "[]", "[]", "variables.wish.choices", "this list is empty"),
    Mistake(
        "not-a-list", "[low, strong]", "strong", "strong, level", "variables.wish.choices", "must be a list"
    ),
    Mistake(
        "repeated", "[low, strong]", "[strong, low, strong]", "strong]", "variables.wish.choices", "twice"
    ),
    Mistake("not-text", "[low, strong]", "[strong, no]", "no]", "variables.wish.choices", "put it in quotes"),
    Mistake(
        "choice-form",
        "[low, strong]",
        "[strong, 'low ']",
        "[strong, 'low",
        "variables.wish.choices",
        "no spaces around it",
    ),
    Mistake(
        "unknown-key",
        "[low, strong],",
        "[low, strong], choice_labels: {weak: {en: Weak}},",
        "weak",
        "variables.wish.choice_labels.weak",
        "not a key that belongs here",
    ),
    warning(
        "unused-name",
        "variables:\n",
        "variables:\n  idle: {type: boolean, level: area, label: {en: x}}\n",
        "idle",
        "variables.idle",
        "no rule uses the variable `idle`",
    ),
]

NAMES = [
    Mistake("name-form", "  ill: {", "  is-ill: {", "is-ill", "variables.is-ill", "start with a letter"),
    Mistake("name-form", "  health: {", "  1health: {", "1health", "domains.1health", "start with a letter"),
    Mistake(
        "duplicate-key",
        "  wish: {",
        "  ILL: {",
        "ILL: {",
        "variables.ILL",
        "upper and lower case do not tell it from `ill`",
    ),
    Mistake("duplicate-name", '  unsafe: "', '  s1: "', "S1\n", "indicators.S1", "name of the derived name"),
    Mistake(
        "duplicate-name",
        "- id: S1",
        "- id: Visits",
        "Visits\n",
        "indicators.Visits",
        "has the name of the variable on line 9",
    ),
    Mistake("duplicate-name", "- id: S1", "- id: H1", "H1\n", "indicators.H1", "names are unique", nth=1),
    Mistake("reserved-name", "  wish: {", "  Age: {", "Age", "variables.Age", "word of the rule language"),
    Mistake(
        "reserved-name", "  wish: {", "  class: {", "class", "variables.class", "word of the rule language"
    ),
    Mistake(
        "reserved-name", "  wish: {", '  "TRUE": {', '"TRUE"', "variables.TRUE", "word of the rule language"
    ),
    Mistake("input-column", "  wish: {", "  Weight: {", "Weight", "variables.Weight", "column of the input"),
    Mistake("output-column", "  wish: {", "  s_h1: {", "s_h1", "variables.s_h1", "column of the results"),
    Mistake("output-column", "- id: S1", "- id: band", "band\n", "indicators.band", "column of the results"),
    Mistake(
        "forbidden-attribute",
        "  wish: {",
        "  ethnic_group: {",
        "ethnic_group: {",
        "variables.ethnic_group",
        "speaks of ethnicity",
    ),
    Mistake("forbidden-attribute", "  wish: {", "  sex: {", "sex", "variables.sex", "speaks of sex"),
    Mistake(
        "forbidden-attribute",
        '  unsafe: "',
        '  noReligion: "',
        "noReligion",
        "derived.noReligion",
        "speaks of religion",
    ),
    Mistake(
        "forbidden-attribute",
        "[low, strong]",
        "[strong, citizenship]",
        "[strong",
        "variables.wish.choices",
        "speaks of nationality",
    ),
    Mistake(
        "forbidden-attribute",
        "[low, strong]",
        "[strong, เปลี่ยนศาสนา]",
        "[strong",
        "variables.wish.choices",
        "speaks of religion",
    ),
    Mistake("forbidden-attribute", ILL, rule3("ill and gender == 'a'"), "gender", R3, "speaks of sex"),
]

SCORING = [
    Mistake(
        "missing-key", "  - id: H1\n    domain", "  - domain", "domain: health", "indicators[1].id", "missing"
    ),
    Mistake(
        "not-an-option",
        "domain: health",
        "domain: heath",
        "heath",
        "indicators.H1.domain",
        'Did you mean "health"?',
    ),
    Mistake(
        "empty-domain", "domain: school", "domain: health", "school: {", "domains.school", "no indicator"
    ),
    Mistake(
        "empty-section",
        "  health: {weight: 1, label: {en: Health}}\n  school: {weight: 2, label: {en: School}}\n",
        "  {}\n",
        "domains:",
        "domains",
        "is empty",
    ),
    Mistake("missing-key", "    valid_days: 365\n", "", "id: H1", "indicators.H1.valid_days", "is missing"),
    Mistake(
        "out-of-bounds",
        "valid_days: 365",
        "valid_days: 0",
        "0\n    rules",
        "indicators.H1.valid_days",
        "0 is",
    ),
    Mistake("out-of-bounds", "weight: 3", "weight: 0", "0\n    valid", "indicators.S1.weight", "1 to 1,000"),
    Mistake("missing-key", '      3: "ill and share >= 0.25"\n', "", '2: "ill', R3, "`3:` is missing"),
    Mistake("missing-key", "    label: {en: Illness}\n", "", "id: H1", "indicators.H1.label", "is missing"),
    Mistake(
        "not-a-score",
        ILL,
        ILL + '\n      1: "ill"',
        '1: "ill"',
        "indicators.H1.rules.1",
        "1 is given when neither holds",
    ),
    Mistake("not-a-score", ILL, "'3': \"ill\"", "'3'", R3, "for the scores 3 and 2"),
    Mistake(
        "why-without-rule",
        '      2: "ill or visits > 3"\n',
        "",
        "2: {en: Ill or",
        "indicators.H1.why.2",
        "no rule 2 to explain",
    ),
    Mistake(
        "not-an-option",
        "[clinic, school_bus]",
        "[clinic, shool_bus]",
        "shool_bus",
        "indicators.S1.respond",
        'Did you mean "school_bus"?',
    ),
    Mistake(
        "repeated",
        "[clinic, school_bus]",
        "[school_bus, school_bus]",
        "school_bus]",
        "indicators.S1.respond",
        "twice",
    ),
    Mistake(
        "not-a-list", "respond: [clinic]", "respond: clinic", "clinic\n", "indicators.H1.respond", "a list"
    ),
    Mistake(
        "not-an-option",
        "{level: person, points",
        "{level: village, points",
        "village",
        "events.T1.level",
        "not one of person, household, area",
    ),
    Mistake(
        "not-an-option",
        "T1: {level",
        "T1: {domain: elsewhere, level",
        "elsewhere",
        "events.T1.domain",
        "not one of",
    ),
    Mistake("repeated", "[household, area]", "[area, area]", "area], points", "events.T2.level", "twice"),
    Mistake(
        "not-whole", "points: 10,", "points: 2.5,", "2.5", "events.T1.points", "whole number from 1 to 100"
    ),
    Mistake("out-of-bounds", "points: 10,", "points: 0,", "0, window", "events.T1.points", "outside"),
    Mistake(
        "out-of-bounds", "window_days: 100", "window_days: 99999", "99999", "events.T1.window_days", "3,650"
    ),
    Mistake(
        "out-of-bounds",
        "half_life_days: 50",
        "half_life_days: 0",
        "0, label",
        "events.T1.half_life_days",
        "0",
    ),
    Mistake(
        "not-flag", "while_active: true", "while_active: yes", "yes", "events.T2.while_active", "`true` or"
    ),
    Mistake("duplicate-key", "  T2: {level", "  t1: {level", "t1", "events.t1", "upper and lower case"),
    Mistake(
        "unknown-name",
        "unsafe and age < 30",
        "unsave and age < 30",
        "unsave",
        "events.T2.counts_if",
        'Did you mean "unsafe"?',
    ),
    Mistake(
        "duplicate-gate",
        "label: {en: A child}}",
        'label: {en: A child}}\n  - {id: Child, when: "ill", label: {en: Again}}',
        "Child, when",
        "gates.Child",
        "two gates",
    ),
    Mistake("missing-key", ', when: "H1 == 3 and age < 18"', "", "{id: child", "gates.child.when", "missing"),
    Mistake("not-an-option", "method: mean", "method: median", "median", "aggregation.method", "mean,"),
    Mistake(
        "mean-with-k", "method: mean", "method: mean\n  k_bp: 3300", "k_bp", "aggregation.k_bp", "alkire"
    ),
    Mistake(
        "missing-key",
        "  bands: {medium_bp: 2000, high_bp: 4000, high_n3: 2}\n",
        "",
        "method",
        "aggregation.bands",
        "missing",
    ),
    Mistake("missing-key", "  max_trigger_bp: 1500\n", "", "method", "aggregation.max_trigger_bp", "missing"),
    Mistake(
        "out-of-bounds",
        "max_trigger_bp: 1500",
        "max_trigger_bp: 10001",
        "10001",
        "aggregation.max_trigger_bp",
        "10,000",
    ),
    Mistake(
        "band-order",
        "medium_bp: 2000",
        "medium_bp: 5000",
        "medium_bp",
        "aggregation.bands.medium_bp",
        "above high_bp 4000",
    ),
    Mistake(
        "out-of-bounds", "high_bp: 4000", "high_bp: 10001", "10001", "aggregation.bands.high_bp", "10,000"
    ),
    Mistake(
        "show-above-firm",
        "show: {coverage_bp: 4000",
        "show: {coverage_bp: 8000",
        "show",
        "aggregation.show",
        "more coverage than `firm`",
    ),
    Mistake(
        "show-above-firm",
        "domain_coverage_bp: 6000",
        "domain_coverage_bp: 1000",
        "show",
        "aggregation.show",
        "more coverage than `firm`",
    ),
    Mistake(
        "not-whole",
        "show: {coverage_bp: 4000",
        "show: {coverage_bp: 40 %",
        "40 %",
        "aggregation.show.coverage_bp",
        "whole number",
    ),
    Mistake("missing-key", "method: mean", "method: alkire_foster", "method", "aggregation.k_bp", "missing"),
    Mistake(
        "poverty-bands",
        "method: mean",
        "method: alkire_foster\n  k_bp: 3300",
        "bands",
        "aggregation.bands",
        "one cut-off",
    ),
    Mistake(
        "poverty-events",
        "method: mean",
        "method: alkire_foster\n  k_bp: 3300",
        "max_trigger_bp",
        "aggregation.max_trigger_bp",
        "knows no events",
    ),
    Mistake(
        "poverty-events",
        "method: mean",
        "method: alkire_foster\n  k_bp: 3300",
        "events",
        "events",
        "knows no events",
    ),
    Mistake(
        "poverty-rule",
        "method: mean",
        "method: alkire_foster\n  k_bp: 3300",
        "ill or",
        R2,
        "counts only the 3s",
    ),
    Mistake(
        "out-of-bounds",
        "method: mean",
        "method: alkire_foster\n  k_bp: 0",
        "0\n  show",
        "aggregation.k_bp",
        "1 to 10,000",
    ),
    warning(
        "no-evidence",
        "    respond: [clinic]\n    evidence: made up\n",
        "    respond: [clinic]\n",
        "id: H1",
        "indicators.H1.evidence",
        "cite what the rule rests on",
    ),
    warning(
        "unused-response",
        "  clinic: {label",
        "  idle: {label: {en: Idle}}\n  clinic: {label",
        "idle",
        "responses.idle",
        "no indicator offers",
    ),
]

MISSING = [
    Mistake(
        "missing-key",
        "T1: {level: person, ",
        "T1: {",
        "{points",
        "events.T1.level",
        "`level:` is missing here",
    ),
    Mistake("missing-key", AGGREGATION, "", "id: small", "aggregation", "`aggregation:` is missing here"),
    Mistake("missing-key", SHOW, "", "method: mean", "aggregation.show", "`show:` is missing here"),
    Mistake("missing-key", "{id: child, when", "{when", "{when", "gates[1].id", "`id:` is missing here"),
    Mistake("not-text", "method: mean", "method: 3", "3\n  show", "aggregation.method", "put it in quotes"),
    Mistake(
        "not-a-list",
        "    respond: [clinic]\n",
        "    respond: clinic\n",
        "clinic\n",
        "indicators.H1.respond",
        "must be a list, not `clinic`",
    ),
    Mistake(
        "not-a-block",
        "health: {weight: 1, label: {en: Health}}",
        "health: 3",
        "3\n",
        "domains.health",
        "block of `key: value` lines, not `3`",
    ),
    Mistake(
        "not-a-block",
        "wish: {type: choice, choices: [low, strong], level: person, label: {en: Wish}}",
        "wish: choice",
        "choice\nderived",
        "variables.wish",
        "not `choice`",
    ),
    Mistake(
        "not-a-block",
        "clinic: {label: {en: Clinic}}",
        "clinic: Clinic",
        "Clinic",
        "responses.clinic",
        "not `Clinic`",
    ),
    Mistake(
        "not-text",
        "unsafe: \"intent == 'planned' and S1 >= 2\"",
        "unsafe: [a]",
        "[a]",
        "derived.unsafe",
        "not a list",
    ),
]

MISTAKES = FORM + VARIABLES + NAMES + SCORING + MISSING


def test_the_small_index_has_no_mistake():
    assert lint(SMALL, "small.yaml") == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=repr)
def test_a_mistake_is_found_where_it_stands(mistake):
    check(mistake)


def test_the_table_covers_many_kinds():
    assert len({one.code for one in MISTAKES}) >= 40


def test_a_problem_reads_as_file_place_key_and_reason():
    (problem,) = lint(SMALL.replace("version: 1", "version: 0"), "small.yaml")
    assert str(problem) == "small.yaml:2:10: version: 0 is outside the allowed 1 to 1,000,000"


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_file():
    text = (
        SMALL.replace("version: 1", "version: x").replace("visits > 3", "visitz > 3").replace("mean", "meen")
    )
    problems = lint(text, "small.yaml")
    assert [one.code for one in problems] == ["not-whole", "unknown-name", "not-an-option"]
    assert [one.line for one in problems] == sorted(one.line for one in problems)
