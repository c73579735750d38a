"""The advocate's pages, and the desk's."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.register.rules.codes import read_code
from forewatch.rights import actions, queries
from forewatch.rights.forms import AnswerForm, ContestForm, PersonForm
from forewatch.rights.models import Contest

FILE = Guard(Verb.CONTEST, DataClass.OBSERVATION, Purpose.CONTEST)
DECIDE = Guard(Verb.APPROVE, DataClass.OBSERVATION, Purpose.PREVENT)
REVEAL = Guard(Verb.REVEAL, DataClass.IDENTITY, Purpose.PREVENT)


@guarded(GET=FILE)
def mine(request: AskedRequest) -> HttpResponse:
    """Show an advocate the contests they filed, with their answers."""
    found = [(one, queries.answer_of(one)) for one in queries.own(request.actor)]
    return render(request, "rights/mine.html", {"contests": found, "today": request.actor.today})


@guarded(GET=FILE, POST=FILE)
def file(request: AskedRequest) -> HttpResponse:
    """File a contest; the answer is a receipt and nothing else."""
    form = ContestForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        receipt = actions.file_contest(by=request.actor, **form.cleaned_data)
        shown = {"receipt": receipt, "days": settings.TERMS.contest_days}
        return render(request, "rights/receipt.html", shown)
    return render(request, "rights/file.html", {"form": form})


@guarded(POST=FILE)
def withdraw(request: AskedRequest, contest_id: uuid.UUID) -> HttpResponse:
    """Say that the person no longer contests it."""
    actions.withdraw_contest(by=request.actor, contest=queries.one_of_own(request.actor, contest_id))
    messages.success(request, _("Taken back. The person stands on lists again."))
    return redirect("contests")


@guarded(GET=DECIDE)
def desk(request: AskedRequest) -> HttpResponse:
    """Show the contests of the area that wait, or those answered."""
    answered = "answered" in request.GET
    shown = {
        "contests": queries.desk(request.actor, answered=answered),
        "answered": answered,
        "today": request.actor.today,
    }
    return render(request, "rights/desk.html", shown)


@guarded(POST=REVEAL)
def opened(request: AskedRequest, contest_id: uuid.UUID) -> HttpResponse:
    """Show what one contest says; reading it is written down."""
    return _opened(request, queries.one_for_desk(request.actor, contest_id))


@guarded(POST=DECIDE)
def about(request: AskedRequest, contest_id: uuid.UUID) -> HttpResponse:
    """Say which person of the register a contest is about."""
    contest, form = queries.one_for_desk(request.actor, contest_id), PersonForm(request.POST)
    code = read_code(form.cleaned_data["code"]) if form.is_valid() else None
    if form.is_valid() and code is None:
        form.add_error("code", _("This is no code of the register. Look for a wrong character."))
    if code is None:
        return _opened(request, contest, person_form=form)
    person = actions.confirm_person(by=request.actor, contest=contest, code=code)
    messages.success(request, _("It is about %(code)s.") % {"code": person.code})
    return redirect("contest_desk")


@guarded(POST=DECIDE)
def answer(request: AskedRequest, contest_id: uuid.UUID) -> HttpResponse:
    """Answer a contest."""
    contest, form = queries.one_for_desk(request.actor, contest_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _opened(request, contest, answer_form=form)
    if actions.answer_contest(by=request.actor, contest=contest, **form.cleaned_data):
        messages.success(request, _("Answered. The advocate sees it now."))
    else:
        messages.success(request, _("Noted that you found nobody. A colleague looks too, and answers."))
    return redirect("contest_desk")


def _opened(
    request: AskedRequest,
    contest: Contest,
    person_form: PersonForm | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    shown = {
        "contest": contest,
        "told": actions.open_contest(by=request.actor, contest=contest),
        "answer": queries.answer_of(contest),
        "person_form": person_form
        or PersonForm(initial={"code": contest.person.code if contest.person else ""}),
        "answer_form": answer_form or AnswerForm(),
    }
    return render(request, "rights/opened.html", shown)
