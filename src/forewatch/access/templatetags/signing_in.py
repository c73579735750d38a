"""What the sign-in pages ask: which ways a person has, and in a demonstration the code on their phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django import template
from django.conf import settings
from django.core.cache import cache

from forewatch.access.models import User
from forewatch.access.proving import takes_a_passkey
from forewatch.access.queries import roles_given
from forewatch.access.rules import SECOND_FACTOR

register = template.Library()


@dataclass(frozen=True)
class Ways:
    """How somebody can prove who they are, besides the password."""

    app: bool
    passkeys: int
    recovery_codes: int

    @property
    def codes(self) -> bool:
        """Tell whether typing a code is one of them."""
        return self.app or self.recovery_codes > 0


@register.simple_tag
def ways_of(user: User) -> Ways:
    """Return the ways of a user."""
    mine = list(Authenticator.objects.filter(user_id=user.pk))
    kinds = [one.type for one in mine]
    codes = [one for one in mine if one.type == Authenticator.Type.RECOVERY_CODES]
    return Ways(
        app=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        recovery_codes=len(codes[0].wrap().get_unused_codes()) if codes else 0,
    )


@register.simple_tag(takes_context=True)
def second_factor_needed(context: dict[str, Any]) -> bool:
    """Tell whether a role of whoever asks needs a second factor."""
    return bool(roles_given(context["request"].actor) & SECOND_FACTOR)


@register.simple_tag(takes_context=True)
def passkey_needed(context: dict[str, Any]) -> bool:
    """Tell whether a role of whoever asks signs in with a passkey and nothing else."""
    return takes_a_passkey(context["request"])


@register.simple_tag
def code_on_the_phone(user: User) -> str:
    """Return the code that a user's app shows now, as 482 913: in a demonstration, and nowhere else."""
    if not settings.DEMO:
        return ""
    app = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    if app is None:
        return ""
    counters = list(totp.yield_hotp_counters_from_time())
    secret = get_adapter().decrypt(app.data["secret"])
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2]))
    # A code opens the door once; but visitors of a demonstration share its people, and should not wait.
    cache.delete(totp.TOTP(app)._get_used_cache_key(code))
    user.used_codes.all().delete()
    return f"{code[:3]} {code[3:]}"


@register.filter
def in_groups(code: str) -> str:
    """Return a long code in groups of five, as people copy it; the gaps are not part of it."""
    return " ".join(code[start : start + 5] for start in range(0, len(code), 5))
