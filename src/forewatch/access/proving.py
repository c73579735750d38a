"""Proving again who one is, before something that a stolen session must not do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.queries import roles_given
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import PASSKEY_ROLES

CHANGES_THE_WAY_IN = frozenset({
    "account_change_password", "account_set_password",
    "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
})  # fmt: skip
"""Addresses that change how somebody signs in; they take all that a sign-in takes."""


TO_FILL_IN = 15 * 60
"""Seconds that somebody who proved who they are may take for the form that asked for it."""


_SPENT = "passkey_spent"


def takes_a_passkey(request: HttpRequest) -> bool:
    """Tell whether a role of whoever asks, in force or waiting, signs in with a passkey and nothing else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return bool(settings.PASSKEYS and roles_given(actor) & PASSKEY_ROLES)


def has_passkey(user: User) -> bool:
    """Tell whether somebody has added a passkey."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).exists())


def used(request: HttpRequest, kind: Authenticator.Type) -> bool:
    """Tell whether somebody proved who they are in this session by a kind of factor that they still have."""
    mine = set(Authenticator.objects.filter(user=request.user, type=kind).values_list("pk", flat=True))
    return any(one.get("id") in mine for one in get_authentication_records(request, request.user))


def codes_count(request: HttpRequest, user: User) -> bool:
    """Tell whether the code of an app proves anything: not for whoever needs a passkey and has one."""
    return not (has_passkey(user) and takes_a_passkey(request))


def ask_for_proof(request: AskedRequest) -> None:
    """Send whoever has not just proved who they are to do so, by raising ReauthenticationRequired."""
    if not proved(request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT):
        raise ReauthenticationRequired


def unproved(request: AskedRequest) -> HttpResponse | None:
    """Return the way back to a form that was filled in too long after a proof; None where the proof holds.

    Raises ReauthenticationRequired where the form is asked for without one.
    """
    if request.method == "POST" and not proved(request, TO_FILL_IN):
        return redirect(request.path)
    if request.method != "POST":
        ask_for_proof(request)
    return None


def asks_for_passkey(request: AskedRequest) -> HttpResponse | None:
    """Return the page on which to use a passkey or add one; None when one was used just now, for this alone.

    A passkey counts some hours after it was added: whoever stole a session, or talked a code out of somebody,
    could add one of their own; its owner is signed out by that. In a demonstration a code will do: it stands
    on the page. Raises ReauthenticationRequired.
    """
    if settings.DEMO:
        return unproved(request)
    known = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    hours = settings.TERMS.new_passkey_hours
    waits = timedelta(hours=hours)
    counts = set(known.filter(created_at__lte=timezone.now() - waits).values_list("pk", flat=True))
    within = TO_FILL_IN if request.method == "POST" else settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    spent = request.session.get(_SPENT, 0)
    if any(one.get("id") in counts and one["at"] > spent for one in _fresh(request, within)):
        return None
    if counts:
        return to_prove(reverse("mfa_reauthenticate_webauthn"), request)
    return render(request, "access/no_passkey.html", {"added": known.exists(), "hours": hours})


def spend_passkey(request: AskedRequest) -> None:
    """Let what was proved until now open no second one."""
    request.session[_SPENT] = time.time()


def proved(request: AskedRequest, within: int) -> bool:
    """Tell whether somebody proved who they are in the last seconds, by their second factor if any."""
    fresh, user = _fresh(request, within), request.user
    assert isinstance(user, User)  # whoever is asked has signed in
    return bool(_second(request, user, fresh)) or (bool(fresh) and not is_mfa_enabled(user))


def sent_to_prove(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return the way to the next proof that a whole sign-in still lacks; None where nothing is lacking.

    A passkey that opens the door alone is a whole proof; a password and a second factor together are one.
    """
    fresh = _fresh(request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    if any(one.get("passwordless") for one in fresh):
        return None
    if user.has_usable_password() and all(one["method"] != "password" for one in fresh):
        return to_prove(reverse("account_reauthenticate"), request)
    if is_mfa_enabled(user) and not _second(request, user, fresh):
        return to_prove(get_adapter().get_reauthentication_methods(user)[0]["url"], request)
    return None


def _fresh(request: HttpRequest, within: int) -> Sequence[dict[str, Any]]:
    since = time.time() - within
    return [one for one in get_authentication_records(request, request.user) if one["at"] >= since]


def _second(request: HttpRequest, user: User, proofs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those proofs that are a second factor, and count."""
    factors = [one for one in proofs if one["method"] == "mfa"]
    if codes_count(request, user):
        return factors
    return [one for one in factors if one.get("type") != Authenticator.Type.TOTP]


def to_prove(address: str, request: HttpRequest) -> HttpResponse:
    """Return the way to a proof and back. What was typed is not kept for later: it may be a password."""
    return redirect(f"{address}?{urlencode({'next': request.path})}")
