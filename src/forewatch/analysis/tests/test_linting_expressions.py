"""Every kind of mistake in an expression has its code, its place, its key and a sentence that helps."""

from __future__ import annotations

import pytest

from forewatch.analysis.tests.mistakes import ILL, R2, R3, Mistake, check, rule3, warning

EXPRESSIONS = [
    warning("constant-comparison", ILL, rule3("ill or -visits > 0"), '0"', R3, "never true"),
    Mistake("unknown-name", ILL, rule3("ill and vists > 3"), "vists", R3, 'Did you mean "visits"?'),
    Mistake("unknown-name", ILL, rule3("Ill and visits > 3"), "Ill and", R3, 'Did you mean "ill"?'),
    Mistake("syntax", ILL, rule3("ill and and visits > 3"), "and visits", R3, "cannot be read from here"),
    Mistake("empty-text", ILL, rule3(""), '""', R3, "is empty"),
    Mistake("bracket", ILL, rule3("ill and (visits > 3"), "(visits", R3, "never closed"),
    Mistake("bracket", ILL, rule3("ill and visits) > 3"), ") > 3", R3, "no opening bracket"),
    Mistake("not-in-language", ILL, rule3("ill and visits / 2 > 1"), "/ 2", R3, "`/` is not part"),
    Mistake("not-in-language", ILL, rule3("ill = true"), "= true", R3, "write == to compare"),
    Mistake("not-in-language", ILL, rule3("max(visits) > 1"), "max(", R3, "functions cannot be called"),
    Mistake("not-in-language", ILL, rule3("ill is None"), "is None", R3, "write == or !="),
    Mistake("not-in-language", ILL, rule3("visits == None"), "None", R3, "a missing answer needs no test"),
    Mistake("not-in-language", ILL, rule3("ill == ..."), "...", R3, "`.` is not part"),
    Mistake("number-form", ILL, rule3("visits > 0x10"), "0x10", R3, "plain digits"),
    Mistake("number-form", ILL, rule3("visits > 1_0"), "1_0", R3, "plain digits"),
    Mistake("number-form", ILL, rule3("visits > 1j"), "1j", R3, "plain digits"),
    Mistake("number-form", ILL, rule3("visits > 1e3"), "1e3", R3, "12 or 0.25"),
    Mistake("too-many-digits", ILL, rule3("visits > 1" + "0" * 20), "1" + "0" * 20, R3, "18 digits"),
    Mistake("in-list", ILL, rule3("visits in (1, 2)"), "(1, 2)", R3, "square brackets"),
    Mistake("in-list", ILL, rule3("visits in [1, share]"), "share]", R3, "only numbers"),
    Mistake("empty-list", ILL, rule3("visits in []"), "[]", R3, "nothing is ever in it"),
    Mistake("in-chain", ILL, rule3("1 < visits in [2]"), "visits in [2]", R3, "chain"),
    Mistake("too-long", ILL, rule3("ill" + " or ill" * 2000), "ill or", R3, "10,000 are allowed"),
    Mistake("too-nested", ILL, rule3("(" * 60 + "ill" + ")" * 60), "(" * 10 + "ill", R3, "deeper than 50"),
    Mistake("too-nested", ILL, rule3("not " * 2400 + "ill"), "not ", R3, "deeper than 50", 50),
    Mistake("too-nested", ILL, rule3("-" * 9000 + "1 > visits"), "-" * 99, R3, "deeper than 50", 50),
    Mistake("not-boolean", ILL, rule3("ill and visits"), 'visits"', R3, "compare it with something"),
    Mistake("not-boolean", ILL, rule3("not H1 or ill"), "H1 or", R3, "this is a number"),
    Mistake("not-boolean", ILL, rule3("visits + 1"), "visits + 1", R3, "true or false is needed"),
    Mistake("not-numeric", ILL, rule3("visits + intent > 1"), "intent > 1", R3, "a number is needed"),
    Mistake("types-differ", ILL, rule3("visits == '3'"), "'3'", R3, "a number is compared with a choice"),
    Mistake("types-differ", ILL, rule3("ill == 1"), '1"', R3, "true or false is compared with a number"),
    Mistake("types-differ", ILL, rule3("visits in [1, 'a']"), "'a'", R3, "another type"),
    Mistake("no-order", ILL, rule3("intent > 'none'"), "'none'", R3, "`>` is for numbers"),
    Mistake("no-order", ILL, rule3("ill < true"), 'true"', R3, "`<` is for numbers"),
    Mistake("not-a-choice", ILL, rule3("intent == 'plan'"), "'plan'", R3, 'Did you mean "planned"?'),
    Mistake(
        "not-a-choice", ILL, rule3("intent not in ['none', 'nome']"), "'nome'", R3, "not one of the choices"
    ),
    Mistake("different-choices", ILL, rule3("intent == wish"), 'wish"', R3, "the same choices"),
    Mistake("literals-compared", ILL, rule3("'a' == 'b'"), "'b'", R3, "name a variable"),
    Mistake("literals-compared", ILL, rule3("'a' in ['a', 'b']"), "'a' in", R3, "name a variable"),
    Mistake("too-large", ILL, rule3("visits * 999999999999999999 * 99 > 1"), "99 > 1", R3, "63 bits"),
    Mistake("too-large", ILL, rule3("999999999999999999 > share * 0.001"), "share * 0", R3, "63 bits"),
    Mistake("age-not-here", ILL, rule3("ill and age < 18"), "age < 18", R3, "use it in `applies`"),
    Mistake("age-not-here", 'and S1 >= 2"', 'and age >= 2"', "age >= 2", "derived.unsafe", "a derived name"),
    Mistake("cycle", 'visits == 0"', 'unsafe"', "S1 >= 2", "derived.unsafe", "unsafe needs S1 needs unsafe"),
    Mistake(
        "cycle",
        '  unsafe: "',
        '  here: "there"\n  there: "here"\n  unsafe: "',
        'there"\n',
        "derived.here",
        "here needs there needs here",
    ),
    Mistake("cycle", ILL, rule3("ill and H1 == 2"), "H1 == 2", R3, "H1 needs H1"),
    Mistake("cycle", '"age >= 5"', '"H1 == 2"', "H1 == 2", "indicators.H1.applies", "H1 needs H1"),
    Mistake("not-text", ILL, "3: 7", "7", R3, "put it in quotes"),
    warning("constant-comparison", ILL, rule3("ill or visits > 9"), '9"', R3, "never true"),
    warning("constant-comparison", ILL, rule3("ill and visits in [3, 99]"), "99]", R3, "never true"),
    warning("repeated-option", ILL, rule3("ill and visits in [3, 3]"), "3]", R3, "twice"),
]

REACH = [
    warning("never-true", ILL, rule3("ill and not ill"), "ill and not", R3, "nobody can score 3"),
    warning("never-true", ILL, rule3("visits < 3 and visits > 7"), "visits < 3", R3, "nobody can score 3"),
    warning(
        "never-true",
        '2: "ill or visits > 3"',
        '2: "ill and share < 0"',
        "ill and share < 0",
        R2,
        "nobody can score 2",
    ),
    warning(
        "covered",
        '2: "ill or visits > 3"',
        '2: "ill and share > 0.3"',
        "ill and share > 0.3",
        R2,
        "rule 3 covers",
    ),
    warning("always-true", ILL, rule3("ill or not ill"), "ill or not", R3, "whatever is answered"),
    warning("always-true", ILL, "3: true", "true", R3, "whatever is answered"),
    warning("never-true", ILL, rule3("ill == true and ill in [false]"), "ill == true", R3, "score 3"),
    warning("always-true", '2: "ill or visits > 3"', '2: "true"', 'true"', R2, "nobody can score 1"),
    warning("never-true", '"age >= 5"', '"age < 0"', "age < 0", "indicators.H1.applies", "applies to nobody"),
    warning(
        "never-true",
        "H1 == 3 and age < 18",
        "H1 > 2 and H1 < 3",
        "H1 > 2",
        "gates.child.when",
        "never be true",
    ),
    warning(
        "never-true",
        "unsafe and age < 30",
        "unsafe and intent == 'none'",
        "unsafe and intent",
        "events.T2.counts_if",
        "never be true",
    ),
]

MISTAKES = EXPRESSIONS + REACH


@pytest.mark.parametrize("mistake", MISTAKES, ids=repr)
def test_a_mistake_is_found_where_it_stands(mistake):
    check(mistake)


def test_the_table_covers_many_kinds():
    assert len({one.code for one in MISTAKES}) >= 25
