"""What takes a colleague's check: corrections and merges that wait, looked at and decided."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.register.actions.checking import (
    SaidAnew,
    agree_to_page,
    agree_to_record,
    agree_to_taking_back,
    decline,
    look_at,
    take_back,
)
from forewatch.register.actions.merging import agree_to_merge, decline_merge
from forewatch.register.actions.opening import open_each
from forewatch.register.forms.checking import (
    DeclineForm,
    Part,
    names_in,
    parts_of,
    parts_of_event,
    parts_of_record,
    spoken_of,
)
from forewatch.register.forms.households import Sheet, as_posted
from forewatch.register.forms.others import CorrectionForm
from forewatch.register.forms.starting import known_members
from forewatch.register.models import Correction, Event, Record
from forewatch.register.queries.checks import (
    handed_over,
    has_looked_at,
    one_to_check,
    to_check,
    typed_in_correction,
)
from forewatch.register.queries.events import happenings
from forewatch.register.queries.matches import has_compared, merge_to_check, merges_to_check, readable
from forewatch.register.views.guards import CHECK
from forewatch.register.visibility import closed_to


@guarded(GET=CHECK)
def listed(request: AskedRequest) -> HttpResponse:
    """Show what waits for a colleague: theirs, and one's own."""
    shown = {
        "corrections": to_check(request.actor),
        "merges": merges_to_check(request.actor),
        "own": handed_over(request.actor),
    }
    return render(request, "register/checks.html", shown)


@guarded(GET=CHECK, POST=CHECK)
def check(request: AskedRequest, correction_id: uuid.UUID) -> HttpResponse:
    """Look at a correction, and agree to it or not."""
    found = one_to_check(request.actor, correction_id)
    if found.asked_by_id == request.actor.user_id:
        return _own(request, found)
    looked = _looked(request, found)
    do = request.POST.get("do")
    if do == "agree" and looked.valid and has_looked_at(request.actor, found):
        looked.agree()
        messages.success(request, _("Agreed: it counts from now on."))
        return redirect("checks")
    refusing = DeclineForm(request.POST if do == "decline" else None)
    if refusing.is_valid():
        decline(by=request.actor, correction=found, words=refusing.cleaned_data["words"])
        messages.success(request, _("Not agreed: it goes back to your colleague with your words."))
        return redirect("checks")
    look_at(by=request.actor, correction=found, people=looked.people, names=looked.names)
    shown = {"correction": found, "looked": looked, "refusing": refusing}
    return render(request, "register/check.html", shown, status=422 if refusing.errors else 200)


@guarded(GET=CHECK, POST=CHECK)
def merge_check(request: AskedRequest, asked_merge_id: uuid.UUID) -> HttpResponse:
    """Look at a merge that a colleague asks for, and agree to it or not."""
    found = merge_to_check(request.actor, asked_merge_id)
    do = request.POST.get("do")
    if do == "agree" and has_compared(request.actor, found):
        agree_to_merge(by=request.actor, merge=found.merge)
        messages.success(request, _("They are one person now. You can undo it on this page."))
        return redirect("checks")
    if do in ("apart", "back"):
        decline_merge(by=request.actor, merge=found.merge)
        messages.success(request, _("They stay two persons."))
        return redirect("checks")
    own = found.merge.made_by_id == request.actor.user_id
    open_each(by=request.actor, people=readable(found.kept, found.merged))
    return render(request, "register/check_merge.html", {"found": found, "own": own})


def _own(request: AskedRequest, found: Correction) -> HttpResponse:
    if request.method == "POST":
        take_back(by=request.actor, correction=found)
        messages.success(request, _("Taken back: nothing changes."))
        return redirect("household", found.household_id)
    return render(request, "register/check.html", {"correction": found, "own": True})


@dataclass(frozen=True)
class _Looked:
    """What a correction says to whoever looks at it, the family names in it, and what agreeing to it does."""

    valid: bool
    parts: Sequence[Part]
    people: Sequence[uuid.UUID]
    names: Sequence[str]
    agree: Callable[[], None]


def _looked(request: AskedRequest, found: Correction) -> _Looked:
    if found.record:
        return _record(request, found, found.record)
    return _event(request, found, found.event) if found.event else _page(request, found)


def _page(request: AskedRequest, found: Correction) -> _Looked:
    """Read a corrected page with what the colleague may choose: a move elsewhere is not theirs."""
    typed, known = typed_in_correction(found), known_members(request.actor, found.household)
    sheet = Sheet(request.actor, typed, household=found.household, known=known, checking=True)
    people = [row for row in (one.member.person_id() for one in sheet.rows) if row]
    # Whoever left, was merged, or said no to it meanwhile is corrected by nobody.
    valid = sheet.is_valid() and set(people) <= known.keys()
    valid = valid and not closed_to(request.actor, spoken_of(sheet))
    return _Looked(
        valid,
        parts_of(sheet) if valid else (),
        people if valid else (),
        names_in(sheet) if valid else (),
        lambda: agree_to_page(by=request.actor, correction=found, entry=sheet.entry()),
    )


def _record(request: AskedRequest, found: Correction, record: Record) -> _Looked:
    form = CorrectionForm(as_posted(typed_in_correction(found)), record=record)
    people = [record.person_id] if record.person_id else []
    valid = form.is_valid() and not closed_to(request.actor, people)

    def agree() -> None:
        said = SaidAnew(form.values(), form.cleaned_data["grade"], form.cleaned_data["observed_on"])
        agree_to_record(by=request.actor, correction=found, record=record, said=said)

    return _Looked(valid, parts_of_record(form, record) if valid else (), people if valid else (), (), agree)


def _event(request: AskedRequest, found: Correction, event: Event) -> _Looked:
    people = [event.person_id] if event.person_id else []
    told = happenings(Event.objects.filter(pk=event.pk))
    valid = all(one.taken_back_on is None for one in told) and not closed_to(request.actor, people)
    return _Looked(
        valid,
        parts_of_event(told) if valid else (),
        people if valid else (),
        (),
        lambda: agree_to_taking_back(by=request.actor, correction=found, event=event),
    )
