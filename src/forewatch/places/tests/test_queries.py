"""What lies within what, whichever way a database sorts text."""

from __future__ import annotations

import pytest
from django.db import connection

from forewatch.access.rules import DataClass, Purpose, Role, Verb
from forewatch.config.tests.cast import DISTRICT, OTHER_DISTRICT, OUTSIDE_DISTRICT, PROVINCE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.places.queries import area_on, covered, current, within


def codes(condition) -> set[str]:
    return set(Area.objects.filter(condition).values_list("code", flat=True))


def test_within_is_the_area_and_all_below_it(areas):
    assert codes(within([DISTRICT])) == {DISTRICT, "XA100101", VILLAGE, "XA10010102"}
    assert codes(within([DISTRICT, OUTSIDE_DISTRICT])) >= {DISTRICT, OUTSIDE_DISTRICT}
    assert OTHER_DISTRICT not in codes(within([DISTRICT]))


def test_nothing_is_within_nothing_and_everything_within_the_empty_code(areas):
    assert codes(within([])) == set()
    assert codes(within(["XQ"])) == set()
    assert codes(within([""])) == set(areas)
    assert codes(within([DISTRICT, ""])) == set(areas)


def test_a_code_that_begins_like_another_is_not_within_it(areas):
    country = areas["XA"]
    for code in ("XA1001-1", "XA1001.1", "XA10019"):
        Area.objects.create(
            code=code, level=2, parent=country, path=f"XA/{code}/", name=code, valid_on=country.valid_on
        )
    assert codes(within([DISTRICT])) == {DISTRICT, "XA100101", VILLAGE, "XA10010102"}


def test_paths_are_sorted_by_their_bytes(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA index_xinfo('places_area_path_49e6b2_idx')")
            collations = {row[4] for row in cursor.fetchall() if row[2] == "path"}
            assert collations == {"BINARY"}
        else:
            cursor.execute(
                "SELECT collation_name FROM information_schema.columns "
                "WHERE table_name = 'places_area' AND column_name = 'path'"
            )
            assert cursor.fetchall() == [("C",)]


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.PROVINCIAL_LEAD, PROVINCE), (Role.DISTRICT_OFFICER, DISTRICT)],
)
def test_an_officer_covers_their_area_alone(cast: Cast, role, place):
    found = covered(cast.actor(role), Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT)
    assert set(found.values_list("code", flat=True)) == codes(within([place]))


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.POLICE, Role.PLANNER])
def test_who_reads_nobody_covers_nothing(cast: Cast, role):
    for purpose in Purpose:
        assert not covered(cast.actor(role), Verb.READ, DataClass.OBSERVATION, purpose).exists()


def test_the_outsider_covers_their_own_district(cast: Cast):
    found = covered(cast.outside(), Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT)
    assert OUTSIDE_DISTRICT in found.values_list("code", flat=True)
    assert DISTRICT not in found.values_list("code", flat=True)


def test_there_is_no_area_of_an_unknown_code(areas):
    assert area_on("XQ", areas["XA"].valid_on) is None
    assert not current(["XQ"]).exists()
