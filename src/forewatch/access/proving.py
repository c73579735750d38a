"""Proving again who one is, with the second factor, before something that a stolen session must not do."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from forewatch.access.requests import AskedRequest


def ask_for_proof(request: AskedRequest) -> None:
    """Send whoever has not just proved who they are to do so, by raising ReauthenticationRequired."""
    if not proved(request, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT):
        raise ReauthenticationRequired


def proved(request: AskedRequest, within: int) -> bool:
    """Tell whether somebody proved who they are in the last seconds, by their second factor if any."""
    since = time.time() - within
    fresh = [one for one in get_authentication_records(request, request.user) if one["at"] >= since]
    return any(one["method"] == "mfa" for one in fresh) or (bool(fresh) and not is_mfa_enabled(request.user))
