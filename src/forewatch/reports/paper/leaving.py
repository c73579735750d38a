"""Visit lists name nobody who has left the register."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from forewatch.register.models import Household, Person
from forewatch.reports.models import VisitList


def listed(*, people: QuerySet[Person], households: QuerySet[Household], **_signal: Any) -> list[str]:
    """Return on how many visit lists people or households stand, in words."""
    count = 0
    for one in VisitList.objects.only("id", "chosen").iterator():
        count += bool(_on_list(one, people, households))
    words = ngettext("%(count)s visit list", "%(count)s visit lists", count)
    return [words % {"count": count}] if count else []


def strike_from_lists(*, people: QuerySet[Person], households: QuerySet[Household], **_signal: Any) -> None:
    """Take people and households that leave the register off every list, printed ones too."""
    for one in VisitList.objects.only("id", "chosen").iterator():
        gone = _on_list(one, people, households)
        if gone:
            stay = [door for door in one.chosen if door["household"] not in gone]
            left = [{**door, "people": [who for who in door["people"] if who not in gone]} for door in stay]
            one.chosen = [door for door in left if door["people"]]
            one.save(update_fields=["chosen"])


def _on_list(one: VisitList, people: QuerySet[Person], households: QuerySet[Household]) -> set[str]:
    """Return the ids of people and households that stand on a list."""
    named = [person for door in one.chosen for person in door["people"]]
    return _among(people, named) | _among(households, [door["household"] for door in one.chosen])


def _among(leaving: QuerySet[Any], listed: list[str]) -> set[str]:
    return {str(one) for one in leaving.filter(pk__in=listed).values_list("pk", flat=True)}
