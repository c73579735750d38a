"""From scores to an index and a band (index-spec section 5), in every engine."""

from __future__ import annotations

import pytest

from forewatch.analysis.tests.building import (
    ENGINES,
    T,
    alkire_foster,
    assess,
    boolean,
    column,
    event,
    everybody,
    gate,
    happened,
    index,
    indicator,
    integer,
    mean,
    said,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)


def scored(*indicators, **rest):
    """Return an index of indicators `(id, domain, weight)`, each scoring what its variable of that name says.

    The variable `a` gives indicator IA its score; a null leaves it missing with bounds (1, 3). The value 4
    makes the score 2 or 3 and 5 makes it 1 or 2; the value 6 makes the indicator not applicable.
    """
    variables, parts = {"unheard": boolean()}, []
    for id_, domain, weight in indicators:
        name = id_[1:].lower()
        variables[name] = integer(1, 6)
        parts.append(
            indicator(
                id_,
                f"{name} == 3 or ({name} == 4 and unheard)",
                f"{name} in [2, 4] or ({name} == 5 and unheard)",
                domain=domain,
                weight=weight,
                applies=f"{name} != 6",
            )
        )
    domains = rest.pop("domains", {domain: 1 for _, domain, _ in indicators})
    return index(variables, *parts, domains=domains, **rest)


def rows_of(engine, definition, answers, **rest):
    """Return assessments of made-up people; `answers` gives each one's values by variable."""
    records = [said(T, one, **values) for one, values in answers.items()]
    return assess(engine, definition, everybody(*answers), *records, **rest)


def test_a_domain_is_the_weighted_mean_of_its_known_scores_rounded_down(engine):
    definition = scored(("IA", "d", 1), ("IB", "d", 2), ("IC", "d", 3), ("IX", "e", 1))
    rows = rows_of(
        engine,
        definition,
        {
            "all high": {"a": 3, "b": 3, "c": 3, "x": 3},
            "all low": {"a": 1, "b": 1, "c": 1, "x": 1},
            "mixed": {"a": 3, "b": 1, "c": 2},  # 10000 * (2 + 0 + 3) / 12 = 4166.67
            "one missing": {"b": 2, "c": 1},  # 10000 * 2 / 10
            "one not applicable": {"a": 2, "b": 6, "c": 1},  # 10000 * 1 / 8
            "nothing known": {"x": 2},
        },
    )
    found = {one: (row["d_d_bp"], row["d_e_bp"]) for one, row in rows.items()}
    assert found == {
        "all high": (10000, 10000),
        "all low": (0, 0),
        "mixed": (4166, None),
        "one missing": (2000, None),
        "one not applicable": (1250, None),
        "nothing known": (None, 5000),
    }


def test_the_baseline_is_the_weighted_mean_of_the_domains_with_a_value_rounded_down_twice(engine):
    definition = scored(
        ("IA", "d", 1),
        ("IB", "d", 1),
        ("IC", "d", 1),
        ("IX", "e", 1),
        ("IY", "f", 1),
        domains={"d": 2, "e": 3, "f": 7},
    )
    rows = rows_of(
        engine,
        definition,
        {
            # d = 10000 * 1 / 6 = 1666; (2 * 1666 + 3 * 5000 + 7 * 10000) / 12 = 7361
            "all known": {"a": 2, "b": 1, "c": 1, "x": 2, "y": 3},
            # (2 * 1666 + 3 * 5000) / 5 = 3666.4
            "two domains": {"a": 2, "b": 1, "c": 1, "x": 2},
            "one domain": {"x": 3},
            "none": {},
        },
    )
    expected = {"all known": 7361, "two domains": 3666, "one domain": 10000, "none": None}
    assert column(rows, "baseline_bp") == expected
    assert column(rows, "index_bp") == expected


def test_coverage_counts_indicators_and_not_their_weights(engine):
    definition = scored(("IA", "d", 9), ("IB", "d", 1), ("IC", "e", 1))
    rows = rows_of(
        engine,
        definition,
        {
            "one of three": {"a": 1},
            "two of three": {"a": 1, "c": 3},
            "one of two": {"a": 6, "b": 1},
            "a bounded answer is not known": {"a": 4, "b": 1, "c": 1},
            "none of three": {},
            "nothing applicable": {"a": 6, "b": 6, "c": 6},
        },
    )
    assert column(rows, "coverage_bp") == {
        "one of three": 3333,
        "two of three": 6666,
        "one of two": 5000,
        "a bounded answer is not known": 6666,
        "none of three": 0,
        "nothing applicable": None,
    }


def test_n3_counts_the_known_threes(engine):
    definition = scored(("IA", "d", 5), ("IB", "d", 1), ("IC", "e", 1))
    rows = rows_of(
        engine, definition, {"two": {"a": 3, "b": 2, "c": 3}, "maybe": {"a": 4, "b": 3}, "none": {"a": 6}}
    )
    assert column(rows, "n3") == {"two": 2, "maybe": 1, "none": 0}


def test_the_bounds_put_every_missing_indicator_at_its_lowest_and_highest(engine):
    definition = scored(("IA", "d", 1), ("IB", "d", 1), ("IC", "e", 1))
    rows = rows_of(
        engine,
        definition,
        {
            "all known": {"a": 2, "b": 1, "c": 3},
            "one missing": {"a": 2, "b": 1},
            "two or three": {"a": 4, "b": 1, "c": 1},
            "one or two": {"a": 5, "b": 1, "c": 1},
            "all missing": {},
            "not applicable": {"a": 6, "b": 6, "c": 2},
            "nothing applicable": {"a": 6, "b": 6, "c": 6},
        },
    )
    assert {one: (row["index_lo_bp"], row["index_hi_bp"]) for one, row in rows.items()} == {
        "all known": (6250, 6250),
        "one missing": (1250, 6250),
        "two or three": (1250, 2500),
        "one or two": (0, 1250),
        "all missing": (0, 10000),
        "not applicable": (5000, 5000),
        "nothing applicable": (None, None),
    }


def test_the_index_is_held_inside_its_bounds(engine):
    """Known answers alone can fall below what a missing one is known to add, or above what it can take."""
    definition = scored(("IA", "d", 1), ("IB", "d", 1), ("IC", "d", 1))
    rows = rows_of(
        engine,
        definition,
        {"too low alone": {"a": 4, "b": 4, "c": 1}, "too high alone": {"a": 5, "b": 5, "c": 3}},
    )
    figures = ("baseline_bp", "index_lo_bp", "index_bp", "index_hi_bp")
    assert {one: [row[figure] for figure in figures] for one, row in rows.items()} == {
        "too low alone": [0, 3333, 3333, 6666],
        "too high alone": [10000, 3333, 6666, 6666],
    }


def test_bands_begin_at_their_thresholds(engine):
    # One domain, weights 1, 1, 2, 6: the share of points is exact in 500 bp.
    definition = scored(("IA", "d", 1), ("IB", "d", 1), ("IC", "d", 2), ("ID", "d", 6))
    rows = rows_of(
        engine,
        definition,
        {
            "1500": {"a": 2, "b": 1, "c": 2, "d": 1},
            "2000": {"a": 1, "b": 1, "c": 3, "d": 1},
            "3500": {"a": 1, "b": 2, "c": 1, "d": 2},
            "4000": {"a": 1, "b": 1, "c": 2, "d": 2},
        },
    )
    assert {one: (row["index_bp"], row["band"]) for one, row in rows.items()} == {
        "1500": (1500, "low"),
        "2000": (2000, "medium"),
        "3500": (3500, "medium"),
        "4000": (4000, "high"),
    }


def test_many_threes_are_high_whatever_the_index(engine):
    rules = mean(bands={"medium_bp": 6000, "high_bp": 9000, "high_n3": 2})
    definition = scored(("IA", "d", 1), ("IB", "d", 1), ("IC", "d", 8), aggregation=rules)
    rows = rows_of(
        engine,
        definition,
        {
            "two threes": {"a": 3, "b": 3, "c": 1},
            "one three": {"a": 3, "b": 2, "c": 1},
            "a second may be": {"a": 3, "b": 4, "c": 1},
            "the index alone": {"a": 2, "b": 2, "c": 3},
        },
    )
    assert {one: (row["band"], row["band_basis"]) for one, row in rows.items()} == {
        "two threes": ("high", "certain"),
        "one three": ("low", "certain"),
        "a second may be": ("low", "provisional"),
        "the index alone": ("high", "certain"),
    }


def test_triggers_move_the_band(engine):
    rules = mean(bands={"medium_bp": 1500, "high_bp": 4000})
    definition = scored(("IA", "d", 1), events={"T": event(15)}, aggregation=rules)
    answers = {"calm": {"a": 1}, "shaken": {"a": 1}}
    rows = rows_of(engine, definition, answers, events=[happened("T", T, "shaken")])
    assert {one: (row["index_bp"], row["band"]) for one, row in rows.items()} == {
        "calm": (0, "low"),
        "shaken": (1500, "medium"),
    }


FIVE = [(f"I{name}", "d", 1) for name in "ABC"] + [(f"I{name}", "e", 1) for name in "XY"]


def test_the_basis_of_a_band(engine):
    """Certain when both ends agree; else firm, provisional or none by coverage, overall and per domain."""
    definition = scored(
        *FIVE,
        aggregation=mean(
            show={"coverage_bp": 4000, "domain_coverage_bp": 3333},
            firm={"coverage_bp": 8000, "domain_coverage_bp": 5000},
        ),
    )
    ones = dict.fromkeys("abcxy", 1)
    rows = rows_of(
        engine,
        definition,
        {
            "all known": ones,
            "4 of 5": {**ones, "a": None},
            "4 of 5, medium": {**ones, "a": None, "b": 3},
            "4 of 5, half a domain": {**ones, "x": None},
            "3 of 5": {**ones, "a": None, "b": None},
            "3 of 5, a domain unknown": {"a": 1, "b": 1, "c": 1},
            "2 of 5": {"a": 1, "x": 1},
            "1 of 5": {"a": 1},
            "nothing": {},
            "high already": {"a": 3, "b": 3, "c": 3},
            "not applicable domain": {"a": 1, "b": 1, "x": 6, "y": 6},
            "nothing applicable": dict.fromkeys("abcxy", 6),
        },
    )
    found = {one: (row["band"], row["band_basis"]) for one, row in rows.items()}
    assert found == {
        "all known": ("low", "certain"),
        "4 of 5": ("low", "certain"),
        "4 of 5, medium": ("medium", "firm"),
        "4 of 5, half a domain": ("low", "firm"),
        "3 of 5": ("low", "provisional"),
        "3 of 5, a domain unknown": ("not_enough_information", "none"),
        "2 of 5": ("low", "provisional"),
        "1 of 5": ("not_enough_information", "none"),
        "nothing": ("not_enough_information", "none"),
        "high already": ("high", "certain"),
        "not applicable domain": ("low", "provisional"),
        "nothing applicable": ("not_enough_information", "none"),
    }


def test_a_certain_band_needs_no_known_answer(engine):
    """Every answer is 2 or 3, none is known: high at both ends, and no index."""
    rows = rows_of(engine, scored(("IA", "d", 1)), {"p1": {"a": 4}})
    row = rows["p1"]
    assert (row["band"], row["band_basis"], row["index_bp"], row["coverage_bp"]) == (
        "high",
        "certain",
        None,
        0,
    )


def test_a_band_that_is_not_certain_needs_an_index(engine):
    nothing_asked = {"coverage_bp": 0, "domain_coverage_bp": 0}
    definition = scored(("IA", "d", 1), aggregation=mean(show=nothing_asked, firm=nothing_asked))
    rows = rows_of(engine, definition, {"unknown": {}, "not applicable": {"a": 6}})
    expected = ("not_enough_information", "none")
    assert {(row["band"], row["band_basis"]) for row in rows.values()} == {expected}


def test_certainty_asks_the_lower_triggers_of_the_lower_end_and_the_upper_of_the_upper(engine):
    definition = scored(
        ("IA", "d", 1), events={"T": event(20, counts_if="unheard")}, aggregation=mean(max_trigger_bp=2000)
    )
    rows = rows_of(
        engine,
        definition,
        {"shaken?": {"a": 1}, "calm": {"a": 1}, "high": {"a": 3}},
        events=[happened("T", T, "shaken?"), happened("T", T, "high")],
    )
    assert {one: (row["band"], row["band_basis"]) for one, row in rows.items()} == {
        "shaken?": ("low", "firm"),
        "calm": ("low", "certain"),
        "high": ("high", "certain"),
    }


def test_drivers_are_the_threes_then_the_twos_each_by_weight_then_in_file_order(engine):
    definition = scored(("IA", "d", 1), ("IB", "d", 2), ("IC", "e", 2), ("ID", "e", 3), ("IE", "d", 1))
    rows = rows_of(
        engine,
        definition,
        {
            "threes": dict.fromkeys("abcde", 3),
            "mixed": {"a": 3, "b": 2, "c": 3, "d": 2, "e": 2},
            "ones and bounded": {"a": 1, "b": 4, "c": 5, "d": 6},
        },
    )
    assert column(rows, "drivers") == {
        "threes": ["ID", "IB", "IC", "IA", "IE"],
        "mixed": ["IC", "IA", "ID", "IB", "IE"],
        "ones and bounded": [],
    }


def test_gates_stand_beside_the_index_in_file_order(engine):
    definition = scored(
        ("IA", "d", 1),
        gates=[gate("z", "a == 3"), gate("b", "IA >= 2 or a == 1"), gate("never", "a == 3 and unheard")],
    )
    rows = rows_of(engine, definition, {"three": {"a": 3}, "one": {"a": 1}, "unknown": {}})
    assert column(rows, "act_now") == {"three": ["z", "b"], "one": ["b"], "unknown": []}
    without = rows_of(engine, scored(("IA", "d", 1)), {"three": {"a": 3}, "one": {"a": 1}, "unknown": {}})
    assert column(rows, "index_bp") == column(without, "index_bp")


# --- Alkire-Foster -------------------------------------------------------------------------------------


def counted(k_bp, *indicators, domains, **rest):
    """Return an Alkire-Foster index of indicators `(id, domain, weight)` over booleans: IA over a."""
    return index(
        {id_[1:].lower(): boolean() for id_, _, _ in indicators},
        *(
            indicator(id_, id_[1:].lower(), domain=domain, weight=weight)
            for id_, domain, weight in indicators
        ),
        domains=domains,
        aggregation=alkire_foster(k_bp),
        **rest,
    )


def test_the_share_is_one_exact_fraction(engine):
    """A third of one domain and all of another, weights 2 and 1: (2/3 + 1) / 3 = 5/9 = 5555.6 bp."""
    definition = counted(
        5556, ("IA", "d", 1), ("IB", "d", 2), ("IC", "e", 5), domains={"d": 2, "e": 1}, gates=[gate("g", "a")]
    )
    rows = rows_of(
        engine,
        definition,
        {
            "five ninths": {"a": True, "b": False, "c": True},
            "one domain": {"a": True, "b": False},
            "all": {"a": True, "b": True, "c": True},
            "none": {"a": False, "b": False, "c": False},
            "unknown": {},
        },
    )
    figures = ("baseline_bp", "triggers_bp", "index_bp", "index_lo_bp", "index_hi_bp")
    assert {one: [row[figure] for figure in figures] for one, row in rows.items()} == {
        "five ninths": [5555, 0, 5555, 5555, 5555],
        "one domain": [3333, 0, 3333, 2222, 5555],
        "all": [10000, 0, 10000, 10000, 10000],
        "none": [0, 0, 0, 0, 0],
        "unknown": [None, 0, None, 0, 10000],
    }
    assert column(rows, "band")["five ninths"] == "low"
    assert column(rows, "act_now")["five ninths"] == ["g"]
    assert (rows["five ninths"]["d_d_bp"], rows["five ninths"]["d_e_bp"]) == (3333, 10000)


def test_poor_is_decided_on_the_exact_share_not_on_its_rounded_figure(engine):
    """5/9 lies between 5555 and 5556 bp."""
    for k_bp, band in [(5555, "high"), (5556, "low")]:
        definition = counted(k_bp, ("IA", "d", 1), ("IB", "d", 2), ("IC", "e", 5), domains={"d": 2, "e": 1})
        rows = rows_of(engine, definition, {"p1": {"a": True, "b": False, "c": True}})
        assert (rows["p1"]["band"], rows["p1"]["band_basis"]) == (band, "certain")


def test_a_third_and_two_thirds_make_exactly_one_half(engine):
    """Rounding each domain down first would give 4999 and miss the cut-off."""
    names = [(f"I{name}", "d", 1) for name in "ABC"] + [(f"I{name}", "e", 1) for name in "XYZ"]
    definition = counted(5000, *names, domains={"d": 1, "e": 1})
    answers = {"a": True, "b": False, "c": False, "x": True, "y": True, "z": False}
    row = rows_of(engine, definition, {"p1": answers})["p1"]
    assert (row["index_bp"], row["band"], row["n3"]) == (5000, "high", 3)


def test_the_ends_of_alkire_foster_use_the_exact_share_too(engine):
    names = [(f"I{name}", "d", 1) for name in "ABC"]
    definition = counted(3333, *names, domains={"d": 1})
    rows = rows_of(
        engine,
        definition,
        {
            "poor already": {"a": True},
            "never poor": {"a": False, "b": False, "c": False},
            "open": {"a": False, "b": False},
            "little known": {"c": False},
            "nothing known": {},
        },
    )
    assert {one: (row["band"], row["band_basis"]) for one, row in rows.items()} == {
        "poor already": ("high", "certain"),
        "never poor": ("low", "certain"),
        "open": ("low", "provisional"),
        "little known": ("not_enough_information", "none"),
        "nothing known": ("not_enough_information", "none"),
    }


def test_ratios_of_large_weights_stay_exact(engine):
    """Weights that share no factor: 1/7 of 5/8 and 11/13 of 3/8 is 5/56 + 33/104 = 296/728 = 4065.9 bp."""
    parts = [("IA", "d", 1), ("IB", "d", 6), ("IX", "e", 11), ("IY", "e", 2)]
    answers = {"a": True, "b": False, "x": True, "y": False}
    for k_bp, band in [(4065, "high"), (4066, "low")]:
        row = rows_of(engine, counted(k_bp, *parts, domains={"d": 5, "e": 3}), {"p1": answers})["p1"]
        assert (row["index_bp"], row["band"]) == (4065, band)
