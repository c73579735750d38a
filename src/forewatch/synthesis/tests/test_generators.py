from __future__ import annotations

import numpy as np
import pytest

from forewatch.synthesis.generators import SILENT, Asked, Graded, Skewed, Worked, draw_answers
from forewatch.synthesis.people import People

SIZE = 40_000


@pytest.fixture
def asked(people: People) -> Asked:
    rng = np.random.default_rng(1)
    ages = rng.integers(0, 90, size=SIZE)
    return Asked(SIZE, {"need": rng.standard_normal(SIZE)}, people, ages)


def test_graded_answers_come_in_their_shares(asked: Asked) -> None:
    drawn = Graded({"low": 0.7, "middle": 0.2, "top": 0.1}, {"need": 0.5}).draw(
        asked, np.random.default_rng(2)
    )
    assert np.bincount(drawn) / SIZE == pytest.approx([0.7, 0.2, 0.1], abs=0.01)


def test_more_of_a_factor_means_a_later_answer(asked: Asked) -> None:
    drawn = Graded({"low": 0.5, "top": 0.5}, {"need": 0.8}).draw(asked, np.random.default_rng(2))
    need = asked.factors["need"]
    assert drawn[need > 1].mean() > 0.85
    assert drawn[need < -1].mean() < 0.15


def test_a_negative_pull_turns_the_order_round(asked: Asked) -> None:
    drawn = Graded({"low": 0.5, "top": 0.5}, {"need": -0.8}).draw(asked, np.random.default_rng(2))
    assert np.corrcoef(drawn, asked.factors["need"])[0, 1] < -0.4


def test_numbers_and_truths_are_drawn_as_themselves(asked: Asked) -> None:
    rng = np.random.default_rng(2)
    level = Graded({3: 0.5, 1: 0.5})
    assert set(level.draw(asked, rng).tolist()) == {1, 3}
    assert level.choices == ()
    truth = Graded({True: 0.9, False: 0.1}).draw(asked, rng)
    assert truth.mean() == pytest.approx(0.9, abs=0.01)


def test_only_those_of_the_right_age_are_asked(asked: Asked) -> None:
    drawn = Graded({"no": 0.5, "yes": 0.5}, ages=(6, 17)).draw(asked, np.random.default_rng(2))
    assert asked.ages is not None
    inside = (asked.ages >= 6) & (asked.ages <= 17)
    assert (drawn[inside] != SILENT).all()
    assert (drawn[~inside] == SILENT).all()


def test_a_question_that_follows_another_is_put_to_some(asked: Asked) -> None:
    table = {
        "owes": Graded({"nobody": 0.4, "bank": 0.6}),
        "late": Graded({False: 0.9, True: 0.1}, when=("owes", ("bank",))),
    }
    answers = draw_answers(table, asked, np.random.default_rng(3)).answers
    assert ((answers["late"] == SILENT) == (answers["owes"] == 0)).all()


def test_skewed_amounts_have_their_median_and_stay_in_range(asked: Asked) -> None:
    income = Skewed(60_000, 0.6, most=100_000, least=20_000, units=100, pull={"need": -0.9})
    drawn = income.draw(asked, np.random.default_rng(2))
    assert np.median(drawn) == pytest.approx(60_000, rel=0.03)
    assert drawn.min() == 20_000
    assert drawn.max() == 100_000
    assert (drawn % 100 == 0).all()
    assert np.corrcoef(drawn, asked.factors["need"])[0, 1] < -0.7


def test_worked_answers_see_those_before(asked: Asked) -> None:
    table = {
        "first": Graded({"no": 0.5, "yes": 0.5}),
        "second": Worked(lambda one, rng: one.said("first", "yes").astype(int)),
    }
    answers = draw_answers(table, asked, np.random.default_rng(3)).answers
    assert (answers["first"] == answers["second"]).all()


def test_an_unknown_answer_is_a_mistake(asked: Asked) -> None:
    draw_answers({"first": Graded({"no": 0.5, "yes": 0.5})}, asked, np.random.default_rng(3))
    with pytest.raises(ValueError, match=r"tuple\.index"):
        asked.said("first", "perhaps")
