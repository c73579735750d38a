"""Pages of what is printed. A sheet is the answer to a POST: the ledger has it before the screen does."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.models import User
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.reports.models import Printing, VisitList
from forewatch.reports.paper import actions, permissions, queries
from forewatch.reports.paper.forms import DistrictForm, FormForm, ListForm, SheetForm, areas_to_choose
from forewatch.reports.paper.rules import MOVES, State, state_on
from forewatch.reports.paper.sheets import form_sheet, list_sheet
from forewatch.reports.paper.visits import content_of
from forewatch.reports.paper.wording import shown
from forewatch.ui.problems import Problem

ROWS = 50
FORMS = Guard(Verb.READ, DataClass.REFERENCE)
LISTS = Guard(Verb.PRINT, DataClass.BAND)
DECISIONS = Guard(Verb.APPROVE, DataClass.BAND)


@guarded(GET=FORMS)
def overview(request: AskedRequest) -> HttpResponse:
    """Show what can be printed, and what waits for a decision."""
    prints = permissions.prints_lists(request.actor)
    shown = {"prints_lists": prints, "waiting": _waiting(request), "days": settings.TERMS.list_days}
    return render(request, "reports/overview.html", shown)


@guarded(GET=FORMS, POST=FORMS)
def blank_forms(request: AskedRequest) -> HttpResponse:
    """Choose a blank form, or answer with its sheet."""
    context, areas = _districts(request)
    form = FormForm(request.POST or None, areas=areas, initial={"language": get_language()})
    if not form.is_valid():
        return render(request, "reports/blank_forms.html", {"form": form, **context})
    chosen = form.cleaned_data
    kind, area = Printing.Kind(chosen["kind"]), chosen.get("area")
    draw = partial(form_sheet, queries.asked_here(), kind, chosen["members"], area)
    return HttpResponse(
        actions.print_form(by=request.actor, kind=kind, area=area, language=chosen["language"], draw=draw)
    )


@guarded(GET=LISTS)
def visit_lists(request: AskedRequest) -> HttpResponse:
    """Show the visit lists of this person, and those they may approve."""
    page = Paginator(queries.lists_of(request.actor), ROWS).get_page(request.GET.get("page"))
    rows = [{"list": one, "state": _state(request, one)} for one in page]
    return render(request, "reports/visit_lists.html", {"rows": rows, "page": page})


@guarded(GET=LISTS, POST=LISTS)
def request_list(request: AskedRequest) -> HttpResponse:
    """Ask for a visit list."""
    context, areas = _districts(request)
    form = ListForm(request.POST or None, areas=areas)
    if not form.is_valid():
        shown = {"form": form, "days": settings.TERMS.list_days}
        return render(request, "reports/request_list.html", shown | context)
    chosen = form.cleaned_data | {"purpose": Purpose(form.cleaned_data["purpose"])}
    made = actions.request_list(by=request.actor, **chosen)
    messages.success(request, _("Your list waits for somebody else's approval."))
    return redirect("visit_list", made.pk)


@guarded(GET=LISTS)
def visit_list(request: AskedRequest, visit_list_id: uuid.UUID) -> HttpResponse:
    """Show a list by its codes, and what can be done with it; of one that is over, only its fate."""
    found = queries.list_of(request.actor, visit_list_id)
    state, asked = _state(request, found), queries.asked_here()
    own = found.requested_by_id == request.actor.user_id
    households = queries.households_of(request.actor, Verb.PRINT if own else Verb.APPROVE, found)
    content = content_of(asked, households, found, request.actor.today) if MOVES[state] else None
    context = {
        "visit_list": found,
        "state": state,
        "list": content and shown(asked.definition, content, get_language() or "en"),
        "form": SheetForm(initial={"language": get_language()}),
        "can_decide": state is State.REQUESTED and permissions.can_decide(request.actor, found),
        "can_print": own and State.PRINTED in MOVES[state],
    }
    return render(request, "reports/visit_list.html", context)


@guarded(POST=DECISIONS)
def decide_list(request: AskedRequest, visit_list_id: uuid.UUID) -> HttpResponse:
    """Approve or refuse a list."""
    decision = request.POST.get("decision")
    if decision not in ("approve", "refuse"):
        raise Problem(_("Say whether you approve this list or refuse it."))
    approve = decision == "approve"
    actions.decide_on_list(by=request.actor, list_id=visit_list_id, approve=approve)
    messages.success(request, _("The list is approved.") if approve else _("The list is refused."))
    return redirect("visit_list", visit_list_id)


@guarded(POST=LISTS)
def print_list(request: AskedRequest, visit_list_id: uuid.UUID) -> HttpResponse:
    """Answer with an approved list as a sheet."""
    form = SheetForm(request.POST)
    language = form.cleaned_data["language"] if form.is_valid() else "en"
    assert isinstance(request.user, User)
    draw = partial(list_sheet, queries.asked_here(), request.user)
    return HttpResponse(
        actions.print_list(by=request.actor, list_id=visit_list_id, language=language, draw=draw)
    )


@guarded(GET=FORMS)
def printings(request: AskedRequest) -> HttpResponse:
    """Show the ledger: one's own printings, and those of areas one approves lists for."""
    page = Paginator(queries.ledger_of(request.actor), ROWS).get_page(request.GET.get("page"))
    return render(request, "reports/printings.html", {"page": page})


def _waiting(request: AskedRequest) -> list[VisitList]:
    return [
        one
        for one in queries.lists_of(request.actor).filter(state=State.REQUESTED)
        if _state(request, one) is State.REQUESTED and permissions.can_decide(request.actor, one)
    ]


def _state(request: AskedRequest, found: VisitList) -> State:
    return state_on(State(found.state), found.expires_at, request.actor.now)


def _districts(request: AskedRequest) -> tuple[dict[str, Any], Any]:
    """Return the choice of a district where there are several, and the places to choose from."""
    districts = queries.printable_districts(request.actor)
    several = districts.count() > 1
    form = DistrictForm(request.GET or None, districts=districts)
    district = form.cleaned_data["district"].code if form.is_bound and form.is_valid() else ""
    areas = areas_to_choose(request.actor, district, several=several)
    return {"districts": form if several else None, "district": district}, areas
