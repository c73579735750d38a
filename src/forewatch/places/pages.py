"""What the pages of areas show: an area with those above and below it, its past, and what a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forewatch.places.models import SEVERAL, Area, Level
from forewatch.places.queries import generations, within

MOST_FOUND = 50


@dataclass(frozen=True)
class Earlier:
    """An area as it was, and what was otherwise from its last day on."""

    area: Area
    above: str
    changes: Sequence[str | Promise]


@dataclass(frozen=True)
class AreaPage:
    """An area, those above it from the top down, those right below it, all below it counted, and its past."""

    area: Area
    above: Sequence[Area]
    below: Sequence[Area]
    counts: Sequence[tuple[str | Promise, int]]
    earlier: Sequence[Earlier]


@dataclass(frozen=True)
class Hit:
    """An area that a search found, and those above it from the top down."""

    area: Area
    above: Sequence[Area]


@dataclass(frozen=True)
class Found:
    """What a search found, and whether there was more than is shown."""

    hits: Sequence[Hit]
    more: bool


def area_page(code: str) -> AreaPage | None:
    """Return what the page of an area shows, or None when there never was such an area."""
    past = list(generations(code).annotate(drawn=_is_drawn()))
    if not past:
        return None
    area = past[0]
    return AreaPage(
        area=area,
        above=_above([area]).get(area.code, []),
        below=list(below(area)) if area.valid_to is None else [],
        counts=_counts(area) if area.valid_to is None else [],
        earlier=_earlier(code),
    )


def below(area: Area | None) -> QuerySet[Area]:
    """Return the current areas right below one, or at the top of all, with how many lie right below each."""
    children = (
        Area.objects.filter(parent=OuterRef("pk"), valid_to__isnull=True)
        .order_by()
        .values("parent")
        .annotate(number=Count("pk"))
    )
    found = Area.objects.filter(parent=area, valid_to__isnull=True).defer("geometry")
    return found.annotate(below=Coalesce(Subquery(children.values("number")), 0))


def search(words: str) -> Found:
    """Return the areas, of today and earlier, whose name contains the words or whose code begins so."""
    named = Q(name__icontains=words) | Q(name_local__icontains=words) | Q(code__istartswith=words)
    # An area with several generations is found once, whichever of them it was.
    found = Area.objects.filter(named).order_by().values("code")
    found = found.annotate(top=Min("level"), place=Min("path")).order_by("top", "place")
    codes = [one["code"] for one in found[: MOST_FOUND + 1]]
    newest: dict[str, Area] = {}
    for one in Area.objects.filter(code__in=codes[:MOST_FOUND]).defer("geometry").order_by("-valid_on"):
        newest.setdefault(one.code, one)
    above = _above(newest.values())
    hits = [Hit(newest[code], above.get(code, [])) for code in codes[:MOST_FOUND]]
    return Found(hits, more=len(codes) > MOST_FOUND)


def _above(areas: Iterable[Area]) -> dict[str, list[Area]]:
    """Return the areas above each, from the top down, as they are now."""
    chains = {one.code: one.codes()[:0:-1] for one in areas}
    wanted = {code for chain in chains.values() for code in chain}
    newest: dict[str, Area] = {}
    for one in Area.objects.filter(code__in=wanted).defer("geometry").order_by("-valid_on"):
        newest.setdefault(one.code, one)
    return {code: [newest[each] for each in chain if each in newest] for code, chain in chains.items()}


def _counts(area: Area) -> list[tuple[str | Promise, int]]:
    found = Area.objects.filter(within([area.code]), valid_to__isnull=True).exclude(pk=area.pk)
    by_level = found.order_by("level").values_list("level").annotate(Count("pk"))
    return [(SEVERAL[Level(level)], number) for level, number in by_level]


def _is_drawn() -> Combinable:
    return ExpressionWrapper(Q(geometry__isnull=False), output_field=BooleanField())


def _earlier(code: str) -> list[Earlier]:
    """Return the past of an area, the newest first."""
    past = list(Area.objects.filter(code=code).order_by("-valid_on"))
    found = []
    for newer, older in zip([None, *past], past, strict=False):
        if older.valid_to is not None:
            above = older.codes()[1:2]
            found.append(Earlier(older, "".join(above), _changes(older, newer)))
    return found


def _changes(older: Area, newer: Area | None) -> list[str | Promise]:
    if newer is None or newer.valid_on != older.valid_to:
        return [_("it was no more")]
    told: list[tuple[bool, str | Promise]] = [
        ((older.name, older.name_local) != (newer.name, newer.name_local), _("its name")),
        (older.path != newer.path, _("the area above it")),
        (bytes(older.geometry or b"") != bytes(newer.geometry or b""), _("its boundary")),
    ]
    return [words for changed, words in told if changed]
