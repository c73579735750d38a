"""Pages: grading a concern, the second grader's queue, and how far graders agree."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.intake.concerns import actions as concerns
from forewatch.intake.concerns import queries as desk
from forewatch.intake.concerns.models import Concern
from forewatch.intake.grading import actions, presenting, queries
from forewatch.intake.grading.forms import GradingForm
from forewatch.intake.grading.models import Grading
from forewatch.register.models import Record

GRADE = Guard(Verb.CREATE, DataClass.GRADE, Purpose.PREVENT)
REVEAL = Guard(Verb.REVEAL, DataClass.IDENTITY, Purpose.PREVENT)
READ = Guard(Verb.READ, DataClass.GRADE)


@guarded(POST=REVEAL)
def concern(request: AskedRequest, concern_id: uuid.UUID) -> HttpResponse:
    """Show a concern to be graded the first time, or keep its grade; reading it is written down."""
    found = desk.one_of(request.actor, concern_id)
    form = GradingForm(request.POST if _sent(request) else None)
    if form.is_valid():
        actions.grade_concern(by=request.actor, concern=found, given=form.given())
        messages.success(request, _("Graded."))
        return redirect("concerns")
    told = concerns.open_concern(by=request.actor, concern=found)
    return render(request, "grading/concern.html", {"concern": found, "told": told, "form": form})


@guarded(GET=GRADE)
def waiting(request: AskedRequest) -> HttpResponse:
    """Show what waits for this person as the second grader."""
    return render(request, "grading/waiting.html", {"waiting": queries.waiting(request.actor)})


@guarded(POST=REVEAL)
def second_concern(request: AskedRequest, grading_id: uuid.UUID) -> HttpResponse:
    """Show a concern to its second grader, or keep the second grade; reading it is written down."""
    first = queries.one_of(request.actor, grading_id, Concern)
    form = GradingForm(request.POST if _sent(request) else None)
    if form.is_valid():
        return _graded_again(request, first, form)
    assert first.concern_id is not None  # `one_of` gives no other
    found = desk.one_of(request.actor, first.concern_id)
    told = concerns.open_concern(by=request.actor, concern=found)
    shown = {"concern": found, "told": told, "form": form, "first": first}
    return render(request, "grading/concern.html", shown)


@guarded(GET=GRADE, POST=GRADE)
def second_statement(request: AskedRequest, grading_id: uuid.UUID) -> HttpResponse:
    """Show a statement to its second grader, without whom it is about, or keep the second grade."""
    first = queries.one_of(request.actor, grading_id, Record)
    form = GradingForm(request.POST or None)
    if form.is_valid():
        return _graded_again(request, first, form)
    shown = {"first": first, "said": queries.statement(first), "form": form}
    return render(request, "grading/statement.html", shown)


@guarded(GET=READ)
def agreement(request: AskedRequest) -> HttpResponse:
    """Show how far graders agree, and what each source's reports turned out to be worth."""
    return render(request, "grading/agreement.html", {"page": presenting.page(request.actor)})


def _sent(request: AskedRequest) -> bool:
    """Tell whether a grade came along, or the report is only to be opened."""
    return "do" in request.POST


def _graded_again(request: AskedRequest, first: Grading, form: GradingForm) -> HttpResponse:
    actions.grade_again(by=request.actor, first=first, given=form.given())
    messages.success(request, _("Graded."))
    return redirect("second_grades")
