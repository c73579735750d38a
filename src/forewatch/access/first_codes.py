"""The first sign-in: a code on paper becomes a password, once, within a week."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from forewatch.access.actions import end_sessions, new_password, note_account
from forewatch.access.models import FirstCode, User
from forewatch.access.rules import Verb


def plain(code: str) -> str:
    """Return a code as it is compared, however it was typed."""
    return "".join(code.lower().split())


def digest_of(code: str) -> str:
    """Return what is kept of a code. It holds 138 random bits: nobody tries them all, however fast."""
    return hashlib.sha256(plain(code).encode()).hexdigest()


def was_given(*, user: User, password: str) -> bool:
    """Tell whether a password is a first code of this user, which whoever printed it may know."""
    return FirstCode.objects.filter(user=user, digest=digest_of(password)).exists()


def give_code(*, user: User, now: datetime, by: uuid.UUID | None) -> str:
    """Return a new code for somebody, which is shown now and never again; their older ones end."""
    code = new_password()
    with transaction.atomic():
        FirstCode.objects.filter(user=user, used_at=None).delete()
        made = FirstCode.objects.create(
            user=user, digest=digest_of(code), expires_at=now + timedelta(days=settings.TERMS.first_code_days)
        )
        note_account(now, by, Verb.CREATE, "first_code", made.pk)
    return code


class FirstCodeBackend:
    """Lets in whoever holds a first code, and makes their password of what they chose; the code is spent.

    As a backend of its own, wrong codes are counted and locked like wrong passwords.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        first_code: str | None = None,
        new_password: str | None = None,
    ) -> User | None:
        """Return the user of a code that holds, or None."""
        if not (username and first_code and new_password):
            return None
        now, digest = timezone.now(), digest_of(first_code)
        with transaction.atomic():
            held = FirstCode.objects.filter(
                user__username=username, user__is_active=True, used_at=None, expires_at__gt=now
            ).first()
            if held is None or not hmac.compare_digest(held.digest, digest):
                return None
            if not FirstCode.objects.filter(pk=held.pk, used_at=None).update(used_at=now):
                return None
            user = held.user
            user.set_password(new_password)
            user.save(update_fields=("password",))
            note_account(now, user.pk, Verb.CORRECT, "first_code", held.pk)
            end_sessions(user=user, now=now, by=user.pk, why="another way to sign in")
        return user

    def get_user(self, user_id: uuid.UUID) -> User | None:
        """Return nobody: sessions belong to the backend of passwords."""
        return None
