"""Proving again who one is, before something that a stolen session must not do."""

from __future__ import annotations

import time
from collections.abc import Sequence
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

from forewatch.access.models import User
from forewatch.access.requests import AskedRequest

CHANGES_THE_WAY_IN = frozenset({
    "account_change_password", "account_set_password",
    "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
})  # fmt: skip
"""Addresses that change how somebody signs in; they take all that a sign-in takes."""


def ask_for_proof(request: AskedRequest) -> None:
    """Send whoever has not just proved who they are to do so, by raising ReauthenticationRequired."""
    if not proved(request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT):
        raise ReauthenticationRequired


def asks_for_passkey(request: AskedRequest, within: int) -> HttpResponse | None:
    """Return the page on which to use a passkey or add one; None when one was just used.

    In a demonstration a code will do: it stands on the page. Raises ReauthenticationRequired.
    """
    if settings.DEMO:
        if not proved(request, within):
            raise ReauthenticationRequired
        return None
    passkey = Authenticator.Type.WEBAUTHN
    if any(one.get("type") == passkey for one in _fresh(request, within)):
        return None
    if Authenticator.objects.filter(user=request.user, type=passkey).exists():
        return _to(reverse("mfa_reauthenticate_webauthn"), request)
    return render(request, "access/no_passkey.html")


def proved(request: AskedRequest, within: int) -> bool:
    """Tell whether somebody proved who they are in the last seconds, by their second factor if any."""
    fresh = _fresh(request, within)
    return any(one["method"] == "mfa" for one in fresh) or (bool(fresh) and not is_mfa_enabled(request.user))


def sent_to_prove(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return the way to the next proof that a whole sign-in still lacks; None where nothing is lacking.

    A passkey that opens the door alone is a whole proof; a password and a second factor together are one.
    """
    fresh = _fresh(request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    if any(one.get("passwordless") for one in fresh):
        return None
    methods = {one["method"] for one in fresh}
    if user.has_usable_password() and "password" not in methods:
        return _to(reverse("account_reauthenticate"), request)
    if is_mfa_enabled(user) and "mfa" not in methods:
        return _to(get_adapter().get_reauthentication_methods(user)[0]["url"], request)
    return None


def _fresh(request: HttpRequest, within: int) -> Sequence[dict[str, Any]]:
    since = time.time() - within
    return [one for one in get_authentication_records(request, request.user) if one["at"] >= since]


def _to(address: str, request: HttpRequest) -> HttpResponse:
    # What was typed is not kept for later: it may be a password.
    return redirect(f"{address}?{urlencode({'next': request.path})}")
