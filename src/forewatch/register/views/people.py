"""One person, the correction of what was said, and two who are one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.register.actions.checking import hand_over
from forewatch.register.actions.merging import keep_apart, merge, undo_merge
from forewatch.register.actions.opening import open_at_home, open_each, open_household, open_person
from forewatch.register.actions.statements import correct_record, take_back_event
from forewatch.register.forms.others import CorrectionForm, DecisionForm, MergeForm
from forewatch.register.forms.starting import as_written
from forewatch.register.models import Merge, Record
from forewatch.register.permissions import household_takes_a_check
from forewatch.register.queries.households import one_person, person_page
from forewatch.register.queries.matches import comparison, merges, one_merge, readable, to_decide
from forewatch.register.queries.people import one_event, one_record, person_with_code
from forewatch.register.views.guards import CORRECT, MERGE, READ


@guarded(GET=READ)
def person(request: AskedRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show one person by pseudonym; reading it is written down."""
    page = person_page(request.actor, one_person(request.actor, person_id))
    open_person(by=request.actor, person=page.person, household=page.household)
    return render(request, "register/person.html", {"page": page})


@guarded(GET=CORRECT, POST=CORRECT)
def correct(request: AskedRequest, record_id: uuid.UUID) -> HttpResponse:
    """Say anew what a record said."""
    record = one_record(request.actor, record_id)
    home = record.person.household if record.person else record.household
    if record.person and home:
        open_person(by=request.actor, person=record.person, household=home)
    elif home:
        open_household(by=request.actor, household=home)
    started = {"observed_on": as_written(record.observed_on), "grade": record.grade}
    started |= {f"v-{name}": _shown(value) for name, value in record.values.items()}
    form = CorrectionForm(request.POST or None, record=record, initial=started)
    checked = home is not None and household_takes_a_check(request.actor, home)
    if request.method == "POST" and form.is_valid():
        if home is not None and checked:
            typed = {
                name: [str(one) for one in values]
                for name, values in request.POST.lists()
                if name in form.fields
            }
            hand_over(by=request.actor, typed=typed, household=home, version=home.version, record=record)
            messages.success(request, _("Handed over: a colleague looks at it, and nothing changes before."))
        else:
            _corrected(request, record, form)
        return (
            redirect("person", record.person_id)
            if record.person_id
            else redirect("household", record.household_id)
        )
    return render(request, "register/correct.html", {"record": record, "form": form, "checked": checked})


def _corrected(request: AskedRequest, record: Record, form: CorrectionForm) -> None:
    data = form.cleaned_data
    correct_record(
        by=request.actor,
        record=record,
        values=form.values(),
        grade=data["grade"],
        observed_on=data["observed_on"],
    )
    messages.success(request, _("Corrected. What was said before stays in the history."))


@guarded(POST=CORRECT)
def take_back(request: AskedRequest, happening_id: uuid.UUID) -> HttpResponse:
    """Take an event back that was told wrongly."""
    event = one_event(request.actor, happening_id)
    home = event.person.household if event.person else event.household
    if home is not None and household_takes_a_check(request.actor, home):
        hand_over(by=request.actor, typed={}, household=home, version=home.version, event=event)
        messages.success(request, _("Handed over: a colleague looks at it, and nothing changes before."))
    else:
        take_back_event(by=request.actor, event=event)
        messages.success(request, _("Taken back: it counts for nothing from now on, and stays on this page."))
    if event.person_id:
        return redirect("person", event.person_id)
    return redirect("household", event.household_id)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@guarded(GET=MERGE)
def matches(request: AskedRequest) -> HttpResponse:
    """Show who may be whom, and the merges that can be undone."""
    found = to_decide(request.actor, request.GET.get("after", ""))
    return render(request, "register/matches.html", {"page": found, "merges": merges(request.actor)})


@guarded(GET=MERGE, POST=MERGE)
def match(request: AskedRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Decide whether two are one person."""
    found = comparison(request.actor, proposal_id)
    form = DecisionForm(request.POST or None)
    if request.POST.get("do") == "apart":
        keep_apart(by=request.actor, proposal=found.proposal)
        messages.success(request, _("They stay two persons."))
        return redirect("matches")
    if request.method == "POST" and form.is_valid():
        kept, merged = found.first.person, found.second.person
        if request.POST.get("keep") == "second":
            kept, merged = merged, kept
        made = merge(by=request.actor, kept=kept, merged=merged, reason=form.cleaned_data["reason"])
        _say(request, made, _("They are one person now. You can undo it on this page."))
        return redirect("matches")
    open_each(by=request.actor, people=readable(found.first, found.second))
    return render(request, "register/match.html", {"found": found, "form": form})


@guarded(GET=MERGE, POST=MERGE)
def merge_with(request: AskedRequest, person_id: uuid.UUID) -> HttpResponse:
    """Merge somebody into this person, by the other's code."""
    kept = one_person(request.actor, person_id)
    open_at_home(by=request.actor, person=kept)
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        other = person_with_code(request.actor, form.cleaned_data["code"])
        made = merge(by=request.actor, kept=kept, merged=other, reason=form.cleaned_data["reason"])
        _say(request, made, _("They are one person now."))
        return redirect("person", kept.pk)
    return render(request, "register/merge.html", {"kept": kept, "form": form})


def _say(request: AskedRequest, made: Merge, words: str) -> None:
    waits = _("Handed over: a colleague looks at it, and they stay two until then.")
    messages.success(request, words if made.agreed_at else waits)


@guarded(POST=MERGE)
def undo(request: AskedRequest, merge_id: uuid.UUID) -> HttpResponse:
    """Let two be two again."""
    found = one_merge(request.actor, merge_id)
    undo_merge(by=request.actor, merge=found)
    messages.success(request, _("Undone: they are two persons again."))
    return redirect("matches")
