"""The pages on which roles are given, agreed to by a second person, and ended."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.proving import ask_for_proof, unproved
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.office.forms import RoleForm
from forewatch.office.queries import one_colleague, roles_to_second
from forewatch.office.roles import end_role, give_role, second_roles
from forewatch.ui.problems import Problem

GIVE = Guard(Verb.CREATE, DataClass.ACCOUNT, Purpose.SUPPORT)
END = Guard(Verb.CORRECT, DataClass.ACCOUNT, Purpose.SUPPORT)
SECOND = Guard(Verb.SECOND, DataClass.ACCOUNT)


@guarded(GET=GIVE, POST=GIVE)
def give(request: AskedRequest, user_id: uuid.UUID) -> HttpResponse:
    """Give a colleague a role, or the same one for longer, after proving again who one is."""
    if way := unproved(request):
        return way
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
def waiting(request: AskedRequest) -> HttpResponse:
    """Show the roles that wait, and agree to some or not, after proving again who one is."""
    if way := unproved(request):
        return way
    if request.method != "POST":
        return render(request, "office/roles_waiting.html", {"waiting": roles_to_second(request.actor)})
    said, chosen = request.POST.get("agree"), request.POST.getlist("role")
    if said not in ("yes", "no") or not chosen:
        raise Problem(_("Choose the roles, and say whether you agree or not."))
    second_roles(by=request.actor, grants=set(chosen), agree=said == "yes")
    messages.success(request, _("Your word is noted."))
    return redirect("roles_waiting" if roles_to_second(request.actor) else "today")


@guarded(POST=END)
def end(request: AskedRequest, grant_id: uuid.UUID) -> HttpResponse:
    """End a colleague's role at once, after proving again who one is."""
    ask_for_proof(request)
    ended = end_role(by=request.actor, grant_id=grant_id)
    messages.success(request, _("The role has ended."))
    return redirect("colleague", ended.user_id)
