"""Pages of areas, and the archive of tiles in the parts that a map asks for."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Verb
from forewatch.access.turns import out_of_turn
from forewatch.places import pages
from forewatch.places.archives import answer_with
from forewatch.places.rules import LONGEST_NAME, tidy
from forewatch.places.tiles import archive
from forewatch.ui.problems import NotFound

READ = Guard(Verb.READ, DataClass.REFERENCE)


@guarded(GET=READ)
def areas(request: AskedRequest) -> HttpResponse:
    """Show the areas at the top, or those that a search finds."""
    words = tidy(request.GET.get("q"))[:LONGEST_NAME]
    if words:
        return render(request, "places/found.html", {"words": words, "found": pages.search(words)})
    return render(request, "places/areas.html", {"areas": list(pages.below(None))})


@guarded(GET=READ)
def area(request: AskedRequest, area_code: str) -> HttpResponse:
    """Show one area, what lies in it, and how it was."""
    page = pages.area_page(area_code)
    if page is None:
        raise NotFound("")
    return render(request, "places/area.html", {"page": page, "area": page.area})


@out_of_turn
@guarded(GET=READ)
def area_tiles(request: AskedRequest) -> HttpResponseBase:
    """Give the archive of tiles, or the part of it that is asked for."""
    try:
        return answer_with(request, archive(), "application/vnd.pmtiles")
    except FileNotFoundError as problem:
        raise NotFound("") from problem
