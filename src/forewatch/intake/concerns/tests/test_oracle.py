"""Whoever hands in cannot learn who is known: not from the answer, nor from how long it takes (threat T1)."""

from __future__ import annotations

import random
import re
import time
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from scipy.stats import ks_2samp, mannwhitneyu

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.tests.building import household, member

SUBMISSIONS = 1_000
CHANCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|[A-Za-z0-9]{64}|nonce=\"[^\"]+\"")
"""What every answer draws by chance: a receipt, the tokens of its forms and scripts."""

TRIES = 3
"""Chance alone parts two samples that are alike one time in twenty; a way to tell parts them every time."""

Answers = dict[bool, list[tuple[int, str, float]]]


def answers(client: Client, area: Area, known: list[str], unknown: list[str]) -> Answers:
    """Hand in about known and unknown people in turn; return each status, page with its size, and seconds."""
    dice = random.Random(11)  # noqa: S311  not a secret
    found: Answers = {True: [], False: []}
    order = [True, False] * (SUBMISSIONS // 2)
    dice.shuffle(order)
    for one in order:
        who = dice.choice(known if one else unknown)
        said = {"token": str(uuid.uuid4()), "area": str(area.pk), "seen": ["debt"], "who": who}
        began = time.perf_counter()
        answer = client.post("/concerns/report", said)
        took = time.perf_counter() - began
        page = answer.content.decode()
        found[one].append((answer.status_code, f"{len(page)} {CHANCE.sub('', page)}", took))
    return found


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_submissions_none_tells_whether_the_person_is_known(
    cast: Cast, areas: dict[str, Area], sign_in: Callable[[User], Client], assured: Assured
) -> None:
    known = [f"Known{number:02} Reed" for number in range(40)]
    unknown = [f"Other{number:02} Reed" for number in range(40)]
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    for name in known:
        household(lead, areas[VILLAGE], member(name.split()[0]))
    client, parted = sign_in(cast[Role.VOLUNTEER]), []
    for _ in range(TRIES):
        found = answers(client, areas[VILLAGE], known, unknown)
        pages = {(status, page) for some in found.values() for status, page, _took in some}
        assert len(pages) == 1
        ours, others = ([took for *_, took in found[one]] for one in (True, False))
        ranks = mannwhitneyu(ours, others).statistic / (len(ours) * len(others))
        alike = ks_2samp(ours, others).pvalue > 0.05 and max(ranks, 1 - ranks) < 0.55
        parted.append(not alike)
        if alike:
            break
    assert not all(parted)
    assured("oracle", SUBMISSIONS)
