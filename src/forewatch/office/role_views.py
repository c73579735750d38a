"""The pages on which roles are given, agreed to by a second person, and ended."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.proving import ask_for_proof, proved
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.words import PURPOSE_NAMES
from forewatch.office.forms import RoleForm
from forewatch.office.queries import area_name, one_colleague
from forewatch.office.roles import end_role, give_role, one_to_second, second_role
from forewatch.ui.problems import Problem

GIVE = Guard(Verb.CREATE, DataClass.ACCOUNT, Purpose.SUPPORT)
END = Guard(Verb.CORRECT, DataClass.ACCOUNT, Purpose.SUPPORT)
SECOND = Guard(Verb.SECOND, DataClass.ACCOUNT)
TO_READ = 15 * 60
"""Seconds that somebody who proved who they are may take to decide."""


@guarded(GET=GIVE, POST=GIVE)
def give(request: AskedRequest, user_id: uuid.UUID) -> HttpResponse:
    """Give a colleague a role, or the same one for longer."""
    found = one_colleague(request.actor, user_id, Verb.CREATE)
    form = RoleForm(request.POST or None, today=request.actor.today)
    if form.is_valid():
        try:
            made = give_role(by=request.actor, user=found.user, **form.cleaned_data)
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            words = _("The role begins when a second person has agreed.") if made.waits else _("It is given.")
            messages.success(request, words)
            return redirect("colleague", user_id)
    shown = {"one": found, "form": form}
    return render(request, "office/role_give.html", shown, status=422 if form.is_bound else 200)


@guarded(GET=SECOND, POST=SECOND)
def second(request: AskedRequest, grant_id: uuid.UUID) -> HttpResponse:
    """Agree, or not, to a role that somebody gave to another, after proving again who one is."""
    found = one_to_second(request.actor, grant_id)
    if request.method == "POST" and not proved(request, TO_READ):
        return redirect("role_second", grant_id)
    if request.method != "POST":
        ask_for_proof(request)
        purposes = [PURPOSE_NAMES[one] for one in sorted(found.allowed_purposes())]
        shown = {"one": found, "area": area_name(found.area_code), "purposes": purposes}
        return render(request, "office/role_second.html", shown)
    said = request.POST.get("agree")
    if said not in ("yes", "no"):
        raise Problem(_("Say whether you agree or not."))
    second_role(by=request.actor, grant_id=grant_id, agree=said == "yes")
    messages.success(request, _("Your word is noted."))
    return redirect("today")


@guarded(POST=END)
def end(request: AskedRequest, grant_id: uuid.UUID) -> HttpResponse:
    """End a colleague's role at once."""
    ended = end_role(by=request.actor, grant_id=grant_id)
    messages.success(request, _("The role has ended."))
    return redirect("colleague", ended.user_id)
