"""The list of households, one household, and what is done to it with one button."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import Purpose, Verb
from forewatch.register.actions.assigning import assign, end_assignment
from forewatch.register.actions.canaries import note_if_canary
from forewatch.register.actions.conflicts import declare_conflict, declare_own_conflict, end_conflict
from forewatch.register.actions.opening import open_household, open_list
from forewatch.register.actions.revealing import Revealed, reveal_household
from forewatch.register.forms.lists import FilterForm, RevealForm
from forewatch.register.forms.others import AssignForm, ConflictForm
from forewatch.register.models import Household, Person
from forewatch.register.queries.conflicts import who_is_kept_away
from forewatch.register.queries.drafts import drafts
from forewatch.register.queries.households import household_page, one_household
from forewatch.register.queries.lists import households
from forewatch.register.queries.people import one_assignment, row_with_code
from forewatch.register.rules.canaries import How
from forewatch.register.rules.codes import read_code
from forewatch.register.views.guards import ASSIGN, READ, REVEAL
from forewatch.ui.problems import NotFound


@guarded(GET=READ)
def listed(request: AskedRequest) -> HttpResponse:
    """Show the households open to whoever asks, a page at a time; a code leads straight to its row."""
    form = FilterForm(request.GET or None, actor=request.actor)
    filters = form.filters()
    code = read_code(request.GET.get("code", ""))
    found = row_with_code(request.actor, code) if code else None
    if code and found is None:
        note_if_canary(by=request.actor, code=code, how=How.LOOKED_UP)
    if found:
        return redirect("person" if isinstance(found, Person) else "household", found.pk)
    open_list(by=request.actor, name="households", area=filters.area)
    shown = {
        "form": form,
        "page": households(request.actor, filters, request.GET.get("after", "")),
        "drafts": drafts(request.actor),
        "no_such_code": bool(request.GET.get("code")),
    }
    return render(request, "register/households.html", shown | next_page(request))


def next_page(request: AskedRequest) -> dict[str, str]:
    """Return the address of this list without the place it goes on at, for its links."""
    asked = request.GET.copy()
    asked.pop("after", None)
    return {"here": asked.urlencode()}


@guarded(GET=READ)
def household(request: AskedRequest, household_id: uuid.UUID) -> HttpResponse:
    """Show one household; reading it is written down."""
    found = one_household(request.actor, household_id)
    open_household(by=request.actor, household=found)
    return _shown(request, found, RevealForm(actor=request.actor))


@guarded(POST=REVEAL)
def names(request: AskedRequest, household_id: uuid.UUID) -> HttpResponse:
    """Show the household with its names, once why is said."""
    found = one_household(request.actor, household_id)
    form = RevealForm(request.POST, actor=request.actor)
    if not form.is_valid():
        open_household(by=request.actor, household=found)
        return _shown(request, found, form, status=422)
    revealed = reveal_household(
        by=request.actor,
        household=found,
        reason=form.cleaned_data["reason"],
        purpose=Purpose(form.cleaned_data["purpose"]),
    )
    return _shown(request, found, form, revealed)


def _shown(
    request: AskedRequest,
    found: Household,
    form: RevealForm,
    revealed: Revealed | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {
        "page": household_page(request.actor, found),
        "form": form,
        "revealed": revealed,
        "assign": AssignForm(actor=request.actor),
        "conflict": ConflictForm(actor=request.actor),
    }
    return render(request, "register/household.html", shown, status=status)


@guarded(POST=ASSIGN)
def given(request: AskedRequest, household_id: uuid.UUID) -> HttpResponse:
    """Give a household to somebody."""
    found = one_household(request.actor, household_id, Verb.ASSIGN)
    form = AssignForm(request.POST, actor=request.actor)
    if form.is_valid():
        user = form.cleaned_data["user"]
        assign(by=request.actor, household=found, user=user)
        messages.success(request, _("%(name)s looks after this household now.") % {"name": user.name})
    else:
        messages.error(request, _("Choose who shall look after it."))
    return redirect("household", household_id)


@guarded(POST=ASSIGN)
def taken_back(request: AskedRequest, assignment_id: uuid.UUID) -> HttpResponse:
    """End an assignment."""
    found = one_assignment(request.actor, assignment_id)
    end_assignment(by=request.actor, assignment=found)
    return redirect("household", found.household_id)


@guarded(POST=READ)
def related(request: AskedRequest, household_id: uuid.UUID) -> HttpResponse:
    """Keep whoever asks away from a household they are related to; only somebody else lets them back."""
    found = one_household(request.actor, household_id)
    declare_own_conflict(by=request.actor, household=found)
    messages.success(request, _("Thank you for saying so. This household is closed to you from now on."))
    return redirect("households")


@guarded(POST=ASSIGN)
def kept_away(request: AskedRequest, household_id: uuid.UUID) -> HttpResponse:
    """Keep a colleague away from a household."""
    found = one_household(request.actor, household_id, Verb.ASSIGN)
    form = ConflictForm(request.POST, actor=request.actor)
    if not form.is_valid():
        messages.error(request, _("Choose who shall be kept away, and why."))
        return redirect("household", household_id)
    user = form.cleaned_data["user"]
    declare_conflict(by=request.actor, household=found, user=user, ground=form.cleaned_data["ground"])
    messages.success(request, _("%(name)s is kept away from these people now.") % {"name": user.name})
    if user.pk == request.actor.user_id:
        return redirect("households")
    return redirect("household", household_id)


@guarded(POST=ASSIGN)
def let_back(request: AskedRequest, household_id: uuid.UUID, user_id: uuid.UUID) -> HttpResponse:
    """End a colleague's conflict of interest."""
    found = one_household(request.actor, household_id, Verb.ASSIGN)
    kept = next((one.user for one in who_is_kept_away(found) if one.user.pk == user_id), None)
    if kept is None:
        raise NotFound("")
    end_conflict(by=request.actor, household=found, user=kept)
    return redirect("household", household_id)
