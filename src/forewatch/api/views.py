"""Pages of keys: which there are, a new one, and its end."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.api import actions, queries
from forewatch.api.forms import KeyForm

READ = Guard(Verb.READ, DataClass.ACCOUNT, Purpose.SUPPORT)
GIVE = Guard(Verb.CREATE, DataClass.ACCOUNT, Purpose.SUPPORT)
END = Guard(Verb.CORRECT, DataClass.ACCOUNT, Purpose.SUPPORT)


@guarded(GET=READ)
def keys(request: AskedRequest) -> HttpResponse:
    """List the keys, with what each may do and when it was last used."""
    return render(request, "api/keys.html", {"lines": queries.lines(request.actor.today)})


@guarded(GET=GIVE, POST=GIVE)
def new_key(request: AskedRequest) -> HttpResponse:
    """Give a key, and show it this once."""
    form = KeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "api/new_key.html", {"form": form})
    key, secret = actions.give_key(
        by=request.actor,
        source=form.cleaned_data["source"],
        area=form.cleaned_data["area"],
        until=request.actor.today + form.lasts(),
    )
    return render(request, "api/given_key.html", {"key": key, "secret": secret})


@guarded(POST=END)
def end_key(request: AskedRequest, key_id: uuid.UUID) -> HttpResponse:
    """End a key."""
    actions.end_key(by=request.actor, key=queries.one_key(key_id))
    messages.success(request, _("The key has ended. What it handed in stays where it is."))
    return redirect("api_keys")
