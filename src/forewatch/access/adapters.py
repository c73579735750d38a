"""What of signing in is ours to say: nobody signs up alone, and secrets of authenticators are sealed."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Sequence

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.access.models import User
from forewatch.access.proving import codes_count
from forewatch.access.sealing import check_unlocked
from forewatch.keystore.keys import masters

_NONCE = 12
_BOUND_TO = b"authenticator"
WRONG_CODE = gettext_lazy("This code is not right, or was used already. Wait for the next one and type it.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; there is no way in by e-mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The user name or the password is not right."),
        "incorrect_password": gettext_lazy("This password is not right."),
        "enter_current_password": gettext_lazy("This is not your password now."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": gettext_lazy("Too many wrong tries. Wait 15 minutes, then try again."),
    }

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Tell whether somebody must prove again who they are: not while they have only just signed in."""
        if not super().is_reauthentication_required(app=app):
            return False
        proofs = get_authentication_records(self.request, self.request.user)
        fresh = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return all(one["at"] < fresh for one in proofs)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """Return the ways to prove again who one is: passkey or code, and a password only without either."""
        ways = list(reversed(super().get_reauthentication_methods(user)))
        if not codes_count(self.request, user):
            ways = [one for one in ways if one["id"] != "mfa_reauthenticate"]
        # Who changes how they sign in types the password too; elsewhere it is not enough beside the others.
        asked = [one for one in ways if one["url"] == self.request.path == reverse("account_reauthenticate")]
        return asked or [one for one in ways if one["id"] != "reauthenticate"] or ways

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell that nobody can make an account for themselves."""
        return False

    def can_delete_email(self, email_address: object) -> bool:
        """Tell that there is nothing to delete."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticators lie sealed in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name that a new passkey has until its owner gives it another."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        """Return a secret sealed for the database."""
        check_unlocked()
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(settings.SEAL_KEY).encrypt(nonce, text.encode(), _BOUND_TO)
        return base64.b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        check_unlocked()
        raw = base64.b64decode(encrypted_text)
        return _opened(raw, masters()).decode()


def _opened(raw: bytes, by: Sequence[bytes]) -> bytes:
    """Return what is sealed, by whichever master key opens it. Raises InvalidTag."""
    problem: InvalidTag | None = None
    for master in by:
        try:
            return AESGCM(master).decrypt(raw[:_NONCE], raw[_NONCE:], _BOUND_TO)
        except InvalidTag as wrong:
            problem = wrong
    assert problem is not None  # there is a master key
    raise problem


def rewrap_authenticators() -> int:
    """Seal the secrets of authenticators by the present master key anew, and return how many they are."""
    adapter, done = MFAAdapter(), 0
    for one in Authenticator.objects.select_for_update():
        sealed = _sealed(one)
        one.data |= {name: adapter.encrypt(adapter.decrypt(value)) for name, value in sealed.items()}
        one.save(update_fields=["data"])
        done += bool(sealed)
    return done


def authenticators_left() -> int:
    """Return how many authenticators have a secret that the present master key alone does not open."""
    count = 0
    for one in Authenticator.objects.iterator():
        try:
            for value in _sealed(one).values():
                _opened(base64.b64decode(value), [settings.SEAL_KEY])
        except InvalidTag:
            count += 1
    return count


def _sealed(one: Authenticator) -> dict[str, str]:
    """Return the secrets of an authenticator as they lie in the database, by their names."""
    return {name: one.data[name] for name in ("secret", "seed") if one.data.get(name)}
