"""The community's list of all children, and the caseload of people without papers."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import Purpose
from forewatch.register.actions.citizenship import end_step, plan_step
from forewatch.register.actions.opening import open_at_home, open_list
from forewatch.register.actions.revealing import reveal_list
from forewatch.register.forms.lists import AreaForm, RevealForm
from forewatch.register.forms.others import StepForm
from forewatch.register.models import CitizenshipStep
from forewatch.register.queries.caseload import due, not_begun, one_step
from forewatch.register.queries.children import children
from forewatch.register.queries.households import one_person, steps_of
from forewatch.register.views.guards import CORRECT, READ, REVEAL
from forewatch.register.views.households import next_page


@guarded(GET=READ)
def all_children(request: AskedRequest) -> HttpResponse:
    """Show everybody under 18 of an area with their situation, by pseudonym."""
    form = AreaForm(request.GET or None, actor=request.actor)
    area = form.chosen()
    open_list(by=request.actor, name="children", area=area)
    shown = {
        "form": form,
        "area": area,
        "after": request.GET.get("after", ""),
        "page": children(request.actor, area, request.GET.get("after", "")),
        "reveal": RevealForm(actor=request.actor),
    }
    return render(request, "register/children.html", shown | next_page(request))


@guarded(POST=REVEAL)
def names_of_children(request: AskedRequest) -> HttpResponse:
    """Show the names of a page of an area's children: one decision for the list."""
    chosen, form = AreaForm(request.POST, actor=request.actor), RevealForm(request.POST, actor=request.actor)
    area, after = chosen.chosen(), request.POST.get("after", "")
    shown: dict[str, object] = {"form": chosen, "area": area, "after": after, "reveal": form}
    if area is None or not form.is_valid():
        if area is None:
            messages.error(request, _("Choose an area first: names are shown for one area at a time."))
        shown["page"] = children(request.actor, area, after)
        return render(request, "register/children.html", shown, status=422)
    page = children(request.actor, area, after, revealing=True)
    names = reveal_list(
        by=request.actor,
        area=area,
        people=[one.person for one in page.rows],
        reason=form.cleaned_data["reason"],
        purpose=Purpose(form.cleaned_data["purpose"]),
    )
    return render(request, "register/children.html", shown | {"page": page, "names": names})


@guarded(GET=READ)
def caseload(request: AskedRequest) -> HttpResponse:
    """Show people without papers: the next steps by day, or those for whom nobody has begun."""
    form = AreaForm(request.GET or None, actor=request.actor)
    area, begun = form.chosen(), "waiting" not in request.GET
    open_list(by=request.actor, name="without papers", area=area)
    found = (due if begun else not_begun)(request.actor, area, request.GET.get("after", ""))
    shown = {"form": form, "page": found, "begun": begun}
    return render(request, "register/caseload.html", shown | next_page(request))


@guarded(GET=CORRECT, POST=CORRECT)
def step(request: AskedRequest, person_id: uuid.UUID) -> HttpResponse:
    """Plan somebody's next step to papers, under the history of their steps."""
    found = one_person(request.actor, person_id)
    open_at_home(by=request.actor, person=found)
    form = StepForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        plan_step(by=request.actor, person=found, entry=form.entry())
        messages.success(request, _("The next step is planned."))
        return redirect("caseload")
    shown = {"person": found, "form": form, "steps": steps_of(found)}
    return render(request, "register/step.html", shown)


@guarded(POST=CORRECT)
def step_ended(request: AskedRequest, step_id: uuid.UUID) -> HttpResponse:
    """End a step as done, or drop it."""
    found = one_step(request.actor, step_id)
    done = request.POST.get("status") != CitizenshipStep.Status.DROPPED
    status = CitizenshipStep.Status.DONE if done else CitizenshipStep.Status.DROPPED
    end_step(by=request.actor, step=found, status=status)
    messages.success(request, _("Done. Plan the next step.") if done else _("The step is dropped."))
    return redirect("citizenship_step", found.person_id)
