"""The page on which a household is registered, corrected or moved, and its draft."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import Verb
from forewatch.register.actions.checking import hand_over
from forewatch.register.actions.drafts import drop_draft, keep_draft
from forewatch.register.actions.households import register_household, update_household
from forewatch.register.actions.opening import open_household
from forewatch.register.forms.households import ROWS_MORE, Sheet, Typed
from forewatch.register.forms.starting import first_typed, known_members, rows_of
from forewatch.register.models import Household
from forewatch.register.permissions import household_takes_a_check
from forewatch.register.queries.checks import waiting_of
from forewatch.register.queries.drafts import draft_of, one_draft, typed_in
from forewatch.register.queries.households import one_household
from forewatch.register.rules.codes import read_code
from forewatch.register.rules.ids import read_id
from forewatch.register.views.guards import CORRECT, REGISTER

_DIGITS = 10
"""No household is changed so often that its version has as many."""
_NOT_TYPED = ("csrfmiddlewaretoken", "do", "autosave")


@guarded(GET=REGISTER, POST=REGISTER)
def new(request: AskedRequest) -> HttpResponse:
    """Register a household on one page; `draft` goes on with one half filled in."""
    typed = _typed(request)
    if request.method != "POST":
        wanted = read_id(request.GET.get("draft", ""))
        draft = one_draft(request.actor, wanted) if wanted else None
        return _sheet(request, Sheet(request.actor, typed_in(draft) if draft else first_typed(request.actor)))
    if request.POST.get("do") != "save":
        return _half_filled(request, typed, None)
    sheet = Sheet(request.actor, typed, checking=True)
    row = read_id(request.POST.get("draft", ""))
    draft = keep_draft(by=request.actor, typed=typed, id=row)
    if not sheet.is_valid():
        return _sheet(request, sheet, status=422)
    made = register_household(by=request.actor, entry=sheet.entry(), id=draft.pk)
    drop_draft(by=request.actor, draft=draft)
    return redirect(f"{reverse('registered')}?code={made.code}")


@guarded(GET=CORRECT, POST=CORRECT)
def edit(request: AskedRequest, household_id: uuid.UUID) -> HttpResponse:
    """Correct or move a household on one page."""
    household = one_household(request.actor, household_id, Verb.CORRECT)
    open_household(by=request.actor, household=household)
    if request.method != "POST":
        draft = draft_of(request.actor, household)
        typed = typed_in(draft) if draft else first_typed(request.actor, household)
        return _sheet(request, _of(request, household, rows_of(household, typed)), drafted=bool(draft))
    typed = _typed(request)
    if request.POST.get("do") != "save":
        return _half_filled(request, typed, household)
    sheet = _of(request, household, typed, checking=True)
    draft = keep_draft(by=request.actor, typed=typed, household=household)
    if not sheet.is_valid():
        return _sheet(request, sheet, status=422)
    version = _version(request)
    if household_takes_a_check(request.actor, household):
        hand_over(by=request.actor, typed=typed, household=household, version=version)
        messages.success(request, _("Handed over: a colleague looks at it, and nothing changes before."))
    else:
        update_household(by=request.actor, household=household, version=version, entry=sheet.entry())
        messages.success(request, _("Saved."))
    drop_draft(by=request.actor, draft=draft)
    return redirect("household", household_id)


@guarded(POST=REGISTER)
def keep(request: AskedRequest) -> HttpResponse:
    """Keep what is typed, as the page asks for by itself; nothing but the receipt is answered."""
    row = read_id(request.POST.get("household", ""))
    household = one_household(request.actor, row, Verb.CORRECT) if row else None
    keep_draft(
        by=request.actor,
        typed=_typed(request),
        household=household,
        id=read_id(request.POST.get("draft", "")),
    )
    return HttpResponse(status=204)


@guarded(POST=REGISTER)
def drop(request: AskedRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    drop_draft(by=request.actor, draft=one_draft(request.actor, draft_id))
    messages.success(request, _("The draft is thrown away."))
    return redirect("households")


@guarded(GET=REGISTER)
def registered(request: AskedRequest) -> HttpResponse:
    """Give the receipt: a code, and nothing about the household."""
    return render(request, "register/registered.html", {"code": read_code(request.GET.get("code", ""))})


@guarded(POST=REGISTER)
def member_questions(request: AskedRequest) -> HttpResponse:
    """Give the questions for one member, now that a birth date is written; what was answered stays."""
    number = request.POST.get("row", "0")
    sheet = Sheet(request.actor, _typed(request))
    row = sheet.rows[int(number) if number.isdecimal() and int(number) < len(sheet.rows) else 0]
    return render(request, "register/_member_answers.html", {"row": row})


def _of(request: AskedRequest, household: Household, typed: Typed, *, checking: bool = False) -> Sheet:
    known = known_members(request.actor, household)
    return Sheet(request.actor, typed, household=household, known=known, checking=checking)


def _version(request: AskedRequest) -> int:
    """Return the version of the household that the page was made of; one that nobody made fits none."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < _DIGITS else 0


def _typed(request: AskedRequest) -> dict[str, list[str]]:
    return {
        name: [str(one) for one in values] for name, values in request.POST.lists() if name not in _NOT_TYPED
    }


def _half_filled(request: AskedRequest, typed: Typed, household: Household | None) -> HttpResponse:
    """Keep the draft, and show the page again: with more rows, or with the questions that apply by now."""
    more = ROWS_MORE if request.POST.get("do") == "more" else 0
    sheet = _of(request, household, typed) if household else Sheet(request.actor, typed)
    typed = {**typed, "rows": [str(len(sheet.rows) + more)]}
    draft = keep_draft(
        by=request.actor, typed=typed, household=household, id=read_id(request.POST.get("draft", ""))
    )
    if request.POST.get("do") == "draft":
        messages.success(request, _("The draft is kept. You can close this page and go on later."))
    if household:
        return redirect(f"{reverse('household_edit', args=[household.pk])}")
    return redirect(f"{reverse('household_new')}?draft={draft.pk}")


def _sheet(request: AskedRequest, sheet: Sheet, *, drafted: bool = False, status: int = 200) -> HttpResponse:
    checked = sheet.household is not None and household_takes_a_check(request.actor, sheet.household)
    waits = checked and sheet.household and waiting_of(request.actor, sheet.household)
    shown = {"sheet": sheet, "drafted": drafted, "checked": checked, "waits": waits}
    return render(request, "register/sheet.html", shown, status=status)
