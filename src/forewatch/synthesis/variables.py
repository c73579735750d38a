"""Every variable of the shipped index, and how the made-up province answers it.

The correlations follow what the literature of the index says: illness, debt and poverty go together; children
without papers leave school; debt is taken by those who plan to go; the poorest are not the ones who move.
The levels are invented and measure nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from forewatch.synthesis.generators import (
    SILENT,
    Asked,
    Draws,
    Graded,
    Skewed,
    Worked,
    draw_answers,
    leaning,
)
from forewatch.synthesis.people import People

Ints = NDArray[np.integer]

BAHT = 10_000_000
FROM_12 = (12, 130)
OWES = ("lender", ("formal", "informal", "broker_or_employer"))

LIVELIHOODS = ("stable", "irregular", "lost", "no_earner")
SCHOOLING = ("attending", "irregular", "out", "in_training", "decent_work")
ACTIVITIES = (
    "working", "studying", "training_placed", "training_unplaced", "idle_under_6_months", "idle_6_months",
)  # fmt: skip
ROUTES = ("legal", "undecided", "irregular", "stranger_online", "unverified_recruiter", "minor_alone")


def _has_minor(asked: Asked, rng: Generator) -> Ints:
    minors = np.bincount(asked.people.household, asked.people.age < 18, asked.size)
    return (minors > 0).astype(np.int64)


def _earners(asked: Asked, rng: Generator) -> Ints:
    return np.minimum(np.bincount(asked.people.household, asked.people.earns, asked.size), 30).astype(int)


def _dependants(asked: Asked, rng: Generator) -> Ints:
    size = np.bincount(asked.people.household, minlength=asked.size)
    return np.asarray(np.minimum(size - asked.answers["earners"], 30))


def _livelihood(asked: Asked, rng: Generator) -> Ints:
    shares = {"stable": 0.67, "irregular": 0.3, "lost": 0.03}
    work = Graded(shares, {"poverty": 0.5, "debt": 0.2}).draw(asked, rng)
    return np.where(asked.answers["earners"] == 0, LIVELIHOODS.index("no_earner"), work)


def _schooling(asked: Asked, rng: Generator) -> Ints:
    """From 12 on more leave; from 16 a leaver may train or work."""
    ages = np.asarray(asked.ages)
    away = leaning(asked, {"poverty": 0.4, "paperless": 0.45}, rng)
    away += np.select([ages < 12, ages < 16], [-0.5, 0], 0.45)
    place = np.searchsorted([1.2, 1.85], away)
    older = (place == SCHOOLING.index("out")) & (ages >= 16)
    place = np.where(older, rng.choice([2, 3, 4], p=[0.5, 0.3, 0.2], size=asked.size), place)
    return np.where((ages >= 6) & (ages <= 17), place, SILENT)


def _attainment(asked: Asked, rng: Generator) -> Ints:
    """Later generations stayed longer at school; whoever is under 18 has not finished upper secondary."""
    ages = np.asarray(asked.ages)
    lack = leaning(asked, {"poverty": 0.4, "paperless": 0.35, "remoteness": 0.25}, rng)
    lack += np.maximum(ages - 30, 0) / 30
    done = 3 - np.searchsorted([0.35, 1.15, 2.1], lack)
    return np.where(ages >= 15, np.minimum(done, np.where(ages < 18, 2, 3)), SILENT)


def _activity(asked: Asked, rng: Generator) -> Ints:
    """Under 18 what the school says; from 18 whoever does not earn studies, trains or waits."""
    ages = np.asarray(asked.ages)
    idle = leaning(asked, {"poverty": 0.4, "paperless": 0.2}, rng)
    waits = np.searchsorted([0.45, 0.6, 0.75, 0.95], idle) + 1
    grown = np.where(asked.people.earns, ACTIVITIES.index("working"), waits)
    young = np.select(
        [asked.said("schooling", "attending", "irregular"), asked.said("schooling", "in_training"),
         asked.said("schooling", "decent_work")],
        [ACTIVITIES.index("studying"), ACTIVITIES.index("training_placed"), ACTIVITIES.index("working")],
        np.where(waits <= 3, ACTIVITIES.index("idle_under_6_months"), ACTIVITIES.index("idle_6_months")),
    )  # fmt: skip
    return np.where((ages >= 15) & (ages <= 24), np.where(ages < 18, young, grown), SILENT)


def _wishes(asked: Asked) -> NDArray[np.bool_]:
    return asked.said("intent", "considering", "planned")


def _route(asked: Asked, rng: Generator) -> Ints:
    """Those who only consider mostly have not decided; a child who goes by no checked way goes alone."""
    shares = {
        "legal": 0.45,
        "undecided": 0.2,
        "irregular": 0.13,
        "stranger_online": 0.12,
        "unverified_recruiter": 0.1,
    }
    way = Graded(shares, {"paperless": 0.4, "remoteness": 0.25, "poverty": 0.2}).draw(asked, rng)
    undecided = asked.said("intent", "considering") & (rng.random(asked.size) < 0.7)
    way = np.where(undecided, ROUTES.index("undecided"), way)
    alone = (np.asarray(asked.ages) < 18) & (way > ROUTES.index("undecided"))
    return np.where(_wishes(asked), np.where(alone, ROUTES.index("minor_alone"), way), SILENT)


def _contract(asked: Asked, rng: Generator) -> Ints:
    chance = np.where(asked.said("route", "legal"), 0.75, 0.03)
    return np.where(_wishes(asked), rng.random(asked.size) < chance, SILENT)


def _papers_adequate(asked: Asked, rng: Generator) -> Ints:
    chance = np.where(asked.said("papers", "full", "long_term"), 0.9, 0.12)
    return np.where(_wishes(asked), rng.random(asked.size) < chance, SILENT)


def _safe_steps(asked: Asked, rng: Generator) -> Ints:
    """Six steps, each likelier with schooling and with a legal way."""
    known = (
        0.66 + 0.07 * (np.maximum(asked.answers["attainment"], 0) - 2) - 0.06 * asked.factors["remoteness"]
    )
    chance = np.clip(known + 0.15 * asked.said("route", "legal"), 0.1, 0.97)
    return np.where(np.asarray(asked.ages) >= 12, rng.binomial(6, chance), SILENT)


AREA: dict[str, Draws] = {
    "outreach_share": Skewed(82, 0.22, most=100, pull={"remoteness": -0.5}),
    "school_minutes": Skewed(18, 0.6, most=600, pull={"remoteness": 0.75}),
    "school_accepts_all": Graded({True: 0.96, False: 0.04}, {"remoteness": 0.5}),
    "dropout_tracing": Graded({True: 0.7, False: 0.3}, {"remoteness": 0.4}),
    "village_level": Graded({3: 0.54, 2: 0.41, 1: 0.05}, {"hardship": 0.8}),
    "protection": Graded({"all": 0.48, "some": 0.45, "none": 0.07}, {"remoteness": 0.4}),
    "verified_incident": Graded({False: 0.975, True: 0.025}),
}

HOUSEHOLD: dict[str, Draws] = {
    "earner_incapacitated": Graded({False: 0.975, True: 0.025}, {"illness": 0.7, "poverty": 0.2}),
    "oop_share": Skewed(3, 0.8, most=100, pull={"illness": 0.6, "poverty": 0.2}),
    "distress_finance": Graded({False: 0.97, True: 0.03}, {"illness": 0.5, "poverty": 0.3, "debt": 0.3}),
    "chronic_care": Graded({"nobody": 0.72, "cared_for": 0.245, "not_cared_for": 0.035}, {"illness": 0.6}),
    "substance_use": Graded(
        {"none": 0.82, "regular": 0.15, "harmful": 0.03}, {"discord": 0.6, "poverty": 0.2}
    ),
    "health_cover": Graded({True: 0.96, False: 0.04}, {"paperless": 0.8}),
    "care_reached": Graded(
        {"reached": 0.77, "far_or_put_off": 0.21, "unmet": 0.02},
        {"remoteness": 0.45, "poverty": 0.25, "paperless": 0.3},
    ),
    "carer_schooling": Graded(
        {"lower_secondary": 0.46, "primary": 0.49, "none": 0.05},
        {"poverty": 0.35, "remoteness": 0.25, "paperless": 0.2},
    ),
    "income_per_person": Skewed(70_000, 0.54, most=BAHT, units=100, pull={"poverty": -0.9}),
    "income_rise": Graded({False: 0.88, True: 0.12}, {"poverty": -0.2}),
    "has_minor": Worked(_has_minor),
    "lender": Graded(
        {"nobody": 0.42, "formal": 0.42, "informal": 0.14, "broker_or_employer": 0.02},
        {"debt": 0.8, "poverty": 0.1},
    ),
    "debt_share": Skewed(11, 0.75, most=500, pull={"debt": 0.6}, when=OWES),
    "arrears": Graded({False: 0.955, True: 0.045}, {"debt": 0.6, "poverty": 0.3}, when=OWES),
    "earners": Worked(_earners),
    "dependants": Worked(_dependants),
    "livelihood": Worked(_livelihood, LIVELIHOODS),
    "housing": Graded(
        {"both": 0.745, "one": 0.225, "neither": 0.025, "homeless": 0.005},
        {"poverty": 0.5, "remoteness": 0.2},
    ),
    "food_insecurity": Graded(
        {0: 0.52, 1: 0.14, 2: 0.1, 3: 0.08, 4: 0.06, 5: 0.04, 6: 0.03, 7: 0.02, 8: 0.01}, {"poverty": 0.6}
    ),
    "water": Graded(
        {"enough": 0.88, "use_lacking": 0.09, "drinking_lacking": 0.03}, {"remoteness": 0.45, "poverty": 0.2}
    ),
    "assets": Graded(
        {"titled_land": 0.34, "other_asset": 0.2, "no_farm": 0.26, "untitled_land": 0.16,
         "landless_farm": 0.03, "land_lost": 0.01},
        {"remoteness": 0.35, "poverty": 0.35},
    ),
    "benefits": Graded(
        {"none_due": 0.35, "all": 0.34, "some": 0.27, "none_received": 0.025, "shut_out": 0.015},
        {"poverty": 0.45, "paperless": 0.45},
    ),
    "member_away": Graded(
        {"none": 0.967, "irregular_route": 0.028, "missing": 0.005}, {"paperless": 0.3, "debt": 0.3}
    ),
}  # fmt: skip

PERSON: dict[str, Draws] = {
    "functioning": Graded({"none_or_one": 0.92, "some_in_several": 0.055, "a_lot": 0.025}, {"frailty": 0.6}),
    "disability_support": Graded(
        {True: 0.65, False: 0.35}, {"poverty": 0.2, "remoteness": 0.3}, when=("functioning", ("a_lot",))
    ),
    "mood_screen": Graded(
        {"negative": 0.9, "positive": 0.08, "severe": 0.02}, {"discord": 0.35, "poverty": 0.2}, ages=(10, 130)
    ),
    "harm_inquiry": Graded(
        {"none": 0.955, "earlier": 0.02, "concern": 0.017, "within_year": 0.008}, {"discord": 0.6}
    ),
    "schooling": Worked(_schooling, SCHOOLING),
    "attainment": Worked(_attainment),
    "activity": Worked(_activity, ACTIVITIES),
    "literacy": Graded(
        {"contract": 0.82, "partly": 0.13, "cannot": 0.05},
        {"poverty": 0.25, "paperless": 0.4, "remoteness": 0.2, "frailty": 0.35},
        ages=(15, 130),
    ),
    "papers": Graded(
        {"full": 0.925, "long_term": 0.015, "pending": 0.015, "expired": 0.01, "limited": 0.025,
         "none": 0.008, "refused": 0.002},
        {"paperless": 0.9},
    ),
    "parental_care": Graded(
        {"parent": 0.79, "supported_kin": 0.12, "kin": 0.07, "institution_in_contact": 0.009,
         "institution_alone": 0.002, "no_adult": 0.009},
        {"debt": 0.3, "poverty": 0.2, "discord": 0.3},
        ages=(0, 17),
    ),
    "intent": Graded({"none": 0.86, "considering": 0.09, "planned": 0.05}, {"wish": 0.75}, ages=FROM_12),
    "route": Worked(_route, ROUTES),
    "contract_verified": Worked(_contract),
    "papers_adequate": Worked(_papers_adequate),
    "safe_steps": Worked(_safe_steps),
    "recruiter_exposure": Graded(
        {"none": 0.967, "contact": 0.02, "advance_taken": 0.008, "earlier_exploitation": 0.005},
        {"wish": 0.4, "debt": 0.25, "paperless": 0.2},
        ages=FROM_12,
    ),
}  # fmt: skip


def answers_of(people: People, rng: Generator) -> tuple[Asked, Asked, Asked]:
    """Draw what would be answered if everybody were asked everything: of villages, households, persons."""
    villages = Asked(len(people.villages["remoteness"]), people.villages, people, None)
    households = Asked(len(people.village), people.households, people, None)
    persons = Asked(len(people.age), people.persons, people, people.age)
    return (
        draw_answers(AREA, villages, rng),
        draw_answers(HOUSEHOLD, households, rng),
        draw_answers(PERSON, persons, rng),
    )
