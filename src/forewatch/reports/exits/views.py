"""Pages of what leaves: what waits for whom, asking, deciding, taking, and the ledger."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.proving import unproved
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Verb
from forewatch.reports.exits import actions, afterwards, permissions, queries, taking
from forewatch.reports.exits.forms import WishForm
from forewatch.reports.exits.rules import MOVES, Kind, State
from forewatch.ui.problems import Problem

READ = Guard(Verb.READ, DataClass.EXIT)
CREATE = Guard(Verb.CREATE, DataClass.EXIT)
APPROVE = Guard(Verb.APPROVE, DataClass.EXIT)
EXPORT = Guard(Verb.EXPORT, DataClass.EXIT)


@guarded(GET=READ)
def listed(request: AskedRequest) -> HttpResponse:
    """Show what waits, what has left, and to whom."""
    found = list(queries.exits_of(request.actor)[: queries.SHOWN])
    rows = [{"exit": one, "state": queries.state_of(one, request.actor.now)} for one in found]
    shown = {
        "rows": rows,
        "waiting": queries.to_decide(request.actor),
        "to_review": queries.to_review(request.actor),
        "to_tell": queries.to_tell(request.actor),
    }
    return render(request, "exits/listed.html", shown)


@guarded(GET=CREATE, POST=CREATE)
def new(request: AskedRequest) -> HttpResponse:
    """Ask for a file to leave."""
    form = WishForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.request_exit(by=request.actor, wish=form.wish())
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The file is made and sealed. Others decide whether it leaves."))
            return redirect("exit", made.pk)
    return render(request, "exits/new.html", {"form": form}, status=422 if form.is_bound else 200)


@guarded(GET=READ)
def one(request: AskedRequest, exit_id: uuid.UUID) -> HttpResponse:
    """Show what is to leave, where it stands, and what can be done."""
    actor, found = request.actor, queries.one_exit(request.actor, exit_id)
    state = queries.state_of(found, actor.now)
    own = found.requested_by_id == actor.user_id
    needed = permissions.need_of(found)
    over, kept = bool(found.decided_at), queries.is_kept(found)
    shown = {
        "exit": found,
        "state": state,
        "count": len(found.people),
        "needed": needed,
        "wait_hours": settings.TERMS.exit_wait_hours,
        "votes": found.votes.select_related("by__organisation") if over else (),
        "mine": found.votes.filter(by=actor.user_id).first(),
        "takings": found.takings.select_related("by"),
        "can_decide": state is State.REQUESTED and permissions.can_decide(actor, found),
        "can_take": own and found.kind == Kind.PEOPLE and State.TAKEN in MOVES[state] and kept,
        "struck": found.kind == Kind.PEOPLE
        and state is State.TAKEN
        and not kept
        and actor.now < found.expires_at,
        "can_stop": State.STOPPED in MOVES[state] and permissions.can_recall(actor, found),
        "can_recall": state is State.TAKEN
        and found.kind == Kind.PEOPLE
        and permissions.can_recall(actor, found),
        "can_review": found in queries.to_review(actor),
    }
    return render(request, "exits/one.html", shown)


@guarded(POST=APPROVE)
def decide(request: AskedRequest, exit_id: uuid.UUID) -> HttpResponse:
    """Say yes or no, or stop what was let out and has not left."""
    decision = request.POST.get("decision")
    if decision == "stop":
        afterwards.stop(by=request.actor, exit_id=exit_id)
        messages.success(request, _("Stopped. It does not leave."))
        return redirect("exit", exit_id)
    if decision not in ("yes", "no"):
        raise Problem(_("Say whether this may leave or not."))
    actions.decide_on_exit(
        by=request.actor, exit_id=exit_id, agree=decision == "yes", sha256=request.POST.get("sha256", "")
    )
    messages.success(request, _("Your decision is noted."))
    return redirect("exit", exit_id)


@guarded(GET=EXPORT, POST=EXPORT)
def file(request: AskedRequest, exit_id: uuid.UUID) -> HttpResponse:
    """Take a file that was let out, after proving again who one is."""
    if way := unproved(request):
        return way
    found = queries.one_exit(request.actor, exit_id)
    if request.method != "POST":
        return render(request, "exits/file.html", {"exit": found})
    name, content = taking.take(by=request.actor, exit_id=exit_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


@guarded(POST=APPROVE)
def review(request: AskedRequest, exit_id: uuid.UUID) -> HttpResponse:
    """Say afterwards whether it was right."""
    afterwards.review_exit(by=request.actor, exit_id=exit_id, held=request.POST.get("held") == "yes")
    messages.success(request, _("Thank you. What you found is noted."))
    return redirect("exits")


@guarded(POST=APPROVE)
def recall(request: AskedRequest, exit_id: uuid.UUID) -> HttpResponse:
    """Call back what has left."""
    afterwards.recall(by=request.actor, exit_id=exit_id)
    messages.success(request, _("Recalled. Tell the recipient to delete every copy, and to confirm it."))
    return redirect("exit", exit_id)


@guarded(POST=APPROVE)
def told(request: AskedRequest, exit_id: uuid.UUID) -> HttpResponse:
    """Note that the recipient was told whose rows to delete."""
    afterwards.told(by=request.actor, exit_id=exit_id, codes=request.POST.getlist("code"))
    messages.success(request, _("Noted."))
    return redirect("exit", exit_id)
