"""A lost passkey or phone: two colleagues say so, each for themselves, and a new first code is printed."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.actions import end_sessions
from forewatch.access.decisions import Actor
from forewatch.access.first_codes import give_code
from forewatch.access.models import Recovery, User
from forewatch.access.rules import DataClass, Verb
from forewatch.office.noting import note
from forewatch.office.permissions import check_reached
from forewatch.ui.problems import Problem


@transaction.atomic
def confirm_loss(*, by: Actor, user: User) -> str:
    """Say that somebody lost their second factor; the second colleague's word returns a new first code.

    Raises NotFound; Problem for the person themselves, a first colleague again, and who may not sign in.
    """
    check_reached(by, Verb.APPROVE, user)
    # Two who confirm in the same moment take turns here.
    User.objects.select_for_update().get(pk=user.pk)
    if by.user_id == user.pk:
        raise Problem(_("Nobody confirms their own loss; ask two colleagues."))
    if not user.is_active:
        raise Problem(_("%(name)s may not sign in any more.") % {"name": user.name})
    waiting = user.recoveries.filter(confirmed_by=None, expires_at__gt=by.now).first()
    if waiting is None:
        until = by.now + timedelta(hours=settings.TERMS.recovery_hours)
        first = Recovery.objects.create(user=user, asked_by_id=by.user_id, asked_at=by.now, expires_at=until)
        note(by, Verb.APPROVE, DataClass.ACCOUNT, "recovery", first.pk, reason="first word")
        return ""
    if waiting.asked_by_id == by.user_id:
        raise Problem(_("You have confirmed this already. A second colleague must do so too."))
    waiting.confirmed_by_id, waiting.confirmed_at = by.user_id, by.now
    waiting.save(update_fields=("confirmed_by", "confirmed_at"))
    shut_out(user, by=by)
    note(by, Verb.APPROVE, DataClass.ACCOUNT, "recovery", waiting.pk, reason="second word")
    return give_code(user=user, now=by.now, by=by.user_id)


def shut_out(user: User, *, by: Actor) -> None:
    """Take away password, second factors and codes, and end every session."""
    user.set_unusable_password()
    user.save(update_fields=("password",))
    Authenticator.objects.filter(user=user).delete()
    user.first_codes.filter(used_at=None).delete()
    end_sessions(user=user, now=by.now, by=by.user_id, why="shut out")
