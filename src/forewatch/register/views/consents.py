"""The page on which it stands what somebody agreed to, and on which their next word is noted."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.register.actions.consenting import note_consent
from forewatch.register.actions.opening import open_household
from forewatch.register.forms.consents import ConsentForm
from forewatch.register.forms.starting import as_written
from forewatch.register.queries.consents import person_to_ask, questions, said_by
from forewatch.register.rules.consents import WORDING
from forewatch.register.views.guards import ASSIGN


@guarded(GET=ASSIGN, POST=ASSIGN)
def consent(request: AskedRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show what somebody agreed to, with the words to read out, and note what they say now."""
    person = person_to_ask(request.actor, person_id)
    assert person.household is not None  # `person_to_ask` gives no other
    open_household(by=request.actor, household=person.household)
    form = ConsentForm(request.POST or None, initial={"said_on": as_written(request.actor.today)})
    if request.method == "POST" and form.is_valid():
        note_consent(by=request.actor, person=person, said=form.said())
        messages.success(request, _("Noted. It holds from this moment."))
        return redirect("consent", person.pk)
    said = list(said_by(person))
    shown = {
        "person": person,
        "questions": questions(said),
        "before": [one for one in said if one.ended_at],
        "wording": WORDING,
        "form": form,
    }
    return render(request, "register/consent.html", shown, status=422 if form.is_bound else 200)
