"""Who says what, of whom, how often and how soon: the made-up sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forewatch.synthesis.generators import EVERY_AGE


@dataclass(frozen=True)
class Round:
    """One round of a source: its share of what the source reaches, and when, in days before the last day."""

    share: float
    earliest: int
    latest: int


@dataclass(frozen=True)
class Source:
    """One named source and its habits.

    `reach` is the share of households (`by_household`) or persons it reaches where work is thorough;
    `papers` multiplies it for those short of papers, and in pilot villages it is at least `pilot`. A reached
    household speaks of itself and of every member in `ages`. `silence` is the share of answers left empty;
    `only` lists variables of which the source says a single answer or nothing. `delay` is the mean of days
    until a record arrives; `grades` are shares, with the empty grade for a register that carries none.
    """

    id: str
    reach: float
    rounds: tuple[Round, ...]
    grades: Mapping[str, float]
    delay: float
    silence: float
    area: tuple[str, ...] = ()
    household: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    by_household: bool = True
    ages: tuple[int, int] = EVERY_AGE
    papers: float = 1.0
    only: Mapping[str, str] = field(default_factory=dict)
    pilot: float = 0.0


BMN = Source(
    id="SRC-BMN",
    reach=0.93,
    rounds=(Round(0.9, 170, 85), Round(0.1, 540, 460)),
    grades={"A": 0.85, "B": 0.15},
    delay=25,
    silence=0.02,
    household=(
        "chronic_care", "substance_use", "carer_schooling", "income_per_person", "has_minor", "earners",
        "dependants", "housing", "water",
    ),
    person=("attainment", "activity", "literacy"),
    ages=(15, 24),
    papers=0.45,
    only={"substance_use": "none"},
)  # fmt: skip
"""The yearly Basic Minimum Needs survey: wide, from house to house, thin on people without papers."""

VILLAGE_SURVEY = Source(
    id="SRC-NRD",
    reach=1.0,
    rounds=(Round(1.0, 520, 430),),
    grades={"A": 0.6, "B": 0.4},
    delay=50,
    silence=0.02,
    area=("village_level", "school_minutes"),
)
"""The village survey of every second year, filled in by headmen and officers."""

SCHOOL = Source(
    id="SRC-SCHOOL",
    reach=0.8,
    rounds=(Round(0.88, 45, 20), Round(0.12, 240, 200)),
    grades={"": 1.0},
    delay=12,
    silence=0.02,
    area=("school_accepts_all", "dropout_tracing"),
    person=("schooling", "parental_care"),
    by_household=False,
    ages=(6, 17),
    papers=0.75,
)
"""The school register of each term; it carries no grades."""

WELFARE = Source(
    id="SRC-WELFARE",
    reach=0.97,
    rounds=(Round(0.94, 330, 20), Round(0.06, 540, 400)),
    grades={"": 1.0},
    delay=20,
    silence=0.01,
    household=("health_cover", "benefits", "assets", "lender", "debt_share", "arrears"),
    papers=0.5,
)
"""Registers of the welfare, health-cover and land offices and of village funds, joined by household."""

HEALTH_VOLUNTEERS = Source(
    id="SRC-VHV",
    reach=0.84,
    rounds=(Round(0.96, 170, 3), Round(0.04, 420, 200)),
    grades={"A": 0.7, "B": 0.3},
    delay=8,
    silence=0.02,
    area=("outreach_share",),
    household=(
        "earner_incapacitated", "oop_share", "distress_finance", "chronic_care", "care_reached",
        "substance_use",
    ),
)  # fmt: skip
"""Village health volunteers, who ask most households about illness, its cost, and care."""

REGISTRY = Source(
    id="SRC-REG",
    reach=0.025,
    rounds=(Round(1.0, 350, 5),),
    grades={"": 1.0},
    delay=15,
    silence=0.0,
    person=("papers",),
    by_household=False,
    papers=4.0,
)
"""The civil registry: extracts on request, mostly of people whose papers are being put right."""

VISIT = Source(
    id="SRC-VISIT",
    reach=0.155,
    pilot=0.97,
    rounds=(Round(0.65, 88, 2), Round(0.35, 330, 90)),
    grades={"A": 0.95, "B": 0.05},
    delay=6,
    silence=0.03,
    household=(
        "earner_incapacitated", "oop_share", "distress_finance", "chronic_care", "substance_use",
        "health_cover", "care_reached", "carer_schooling", "income_per_person", "income_rise", "has_minor",
        "lender", "debt_share", "arrears", "livelihood", "housing", "food_insecurity", "water", "assets",
        "dependants", "earners", "benefits", "member_away",
    ),
    person=(
        "functioning", "disability_support", "harm_inquiry", "schooling", "attainment", "activity",
        "literacy", "intent", "route", "contract_verified", "papers_adequate", "safe_steps", "papers",
        "parental_care", "recruiter_exposure",
    ),
)  # fmt: skip
"""A district officer's visit with the family logbook: nearly complete, for about one household in five."""

HEALTH_CENTRE = Source(
    id="SRC-HEALTH",
    reach=0.012,
    rounds=(Round(1.0, 300, 1),),
    grades={"A": 1.0},
    delay=10,
    silence=0.0,
    person=("mood_screen",),
    by_household=False,
    ages=(10, 130),
)
"""The health centre, which passes on the result of its screen and nothing else."""

WATCH = Source(
    id="SRC-WATCH",
    reach=0.006,
    rounds=(Round(1.0, 500, 1),),
    grades={"C": 0.7, "D": 0.25, "E": 0.05},
    delay=4,
    silence=0.2,
    household=("member_away",),
    person=("intent", "route", "recruiter_exposure"),
    ages=(12, 59),
)
"""Watch volunteers: hearsay, worth keeping and never scoring."""

PARTNER = Source(
    id="SRC-PARTNER",
    reach=0.002,
    rounds=(Round(1.0, 420, 5),),
    grades={"A": 0.5, "B": 0.5},
    delay=30,
    silence=0.1,
    person=("harm_inquiry", "recruiter_exposure", "papers"),
    by_household=False,
    papers=3.0,
)
"""Partner organisations that follow a few people closely, and now and then contradict a register."""

DISTRICT_CENTRE = Source(
    id="SRC-DOC",
    reach=1.0,
    rounds=(Round(1.0, 300, 30),),
    grades={"": 1.0},
    delay=20,
    silence=0.01,
    area=("protection", "verified_incident"),
)
"""The district operation centre's register of volunteers, channels and verified incidents."""

SOURCES = (
    BMN, VILLAGE_SURVEY, SCHOOL, WELFARE, HEALTH_VOLUNTEERS, REGISTRY, VISIT, HEALTH_CENTRE, WATCH, PARTNER,
    DISTRICT_CENTRE,
)  # fmt: skip
