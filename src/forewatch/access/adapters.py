"""What of signing in is ours to say: nobody signs up alone, and secrets of authenticators are sealed."""

from __future__ import annotations

import base64
import os

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest

_NONCE = 12
_BOUND_TO = b"authenticator"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; there is no way in by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell that nobody can make an account for themselves."""
        return False

    def can_delete_email(self, email_address: object) -> bool:
        """Tell that there is nothing to delete."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticators lie sealed in the database."""

    def encrypt(self, text: str) -> str:
        """Return a secret sealed for the database."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(settings.SEAL_KEY).encrypt(nonce, text.encode(), _BOUND_TO)
        return base64.b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        raw = base64.b64decode(encrypted_text)
        return AESGCM(settings.SEAL_KEY).decrypt(raw[:_NONCE], raw[_NONCE:], _BOUND_TO).decode()
