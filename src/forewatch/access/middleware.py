"""Gives each request its actor, asks for the second factor, and answers what was refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from forewatch.access import bounded, second_lock
from forewatch.access.actors import actor_for, nobody
from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import User
from forewatch.access.proving import CHANGES_THE_WAY_IN, sent_to_prove, takes_a_passkey, to_prove, used
from forewatch.access.queries import roles_given
from forewatch.access.rules import SECOND_FACTOR
from forewatch.audit.actions import record
from forewatch.lib.ids import new_id
from forewatch.ui.middleware import as_problem, page_of
from forewatch.ui.problems import Busy, Problem

SESSION_FLAG = "second_factor"
_BY_PASSKEY = "passkey"
_COUNTS = {
    False: {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN},
    True: {Authenticator.Type.WEBAUTHN},
}
"""Whether a role takes a passkey: the factors of which one must be set up."""
_BEFORE_SECOND_FACTOR = ("/account/", "/static/", "/language/")


class AccessMiddleware:
    """Sets `request.actor`; pages that read anything wait until a second factor is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request, or send its user to set up a second factor."""
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        if request.path.startswith("/static/"):
            return self.get_response(request)
        was_in = request.user.is_authenticated
        try:
            with second_lock.shown_to(request.user.pk):
                bounded.bound()
                response: HttpResponseBase = _lacks_a_factor(request) or self.get_response(request)
        except DatabaseError as problem:
            response = _instead(request, problem)
        response.headers.setdefault("Cache-Control", "no-store")
        if was_in and not request.user.is_authenticated:
            # Whoever signs out leaves nothing in the browser; the language is a cookie, and stays.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Send whoever would change how they sign in to prove all of it anew."""
        address = request.resolver_match
        if address is None or address.url_name not in CHANGES_THE_WAY_IN:
            return None
        return sent_to_prove(request, request.user) if isinstance(request.user, User) else None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponseBase | None:
        """Turn a refusal into a page, and write it down; take back what the database stopped half-way."""
        told = as_problem(problem)
        if isinstance(problem, DatabaseError) and isinstance(told, Problem):
            return bounded.take_back(request, lambda: page_of(request, told))
        if not isinstance(problem, Refused):
            return None
        if request.user.is_authenticated:
            write_down(request.actor, problem)  # type: ignore[attr-defined]
        return render(request, "access/refused.html", {"words": str(problem)}, status=403)


def _instead(request: HttpRequest, problem: DatabaseError) -> HttpResponseBase:
    """Answer a request of which nothing stays; what has no words of its own is left to Django."""
    answer, told = bounded.answer_instead(request), as_problem(problem)
    if answer is None and isinstance(told, Busy):
        # It was stopped at the commit.
        bounded.say_nothing(request)
        answer = partial(page_of, request, told)
    if answer is None:
        raise problem
    with second_lock.shown_to(request.user.pk):
        bounded.bound()
        return answer()


def write_down(
    actor: Actor, problem: Refused, subject: str = "", subject_id: uuid.UUID | None = None
) -> None:
    """Write down that somebody was refused, and what they asked for where that is known."""
    with transaction.atomic():
        record(
            at=actor.now,
            actor_id=actor.user_id,
            role=",".join(sorted(actor.roles()))[:32],
            verb=problem.verb,
            data_class=problem.data_class,
            allowed=False,
            subject=subject,
            subject_id=subject_id,
            request_id=actor.request_id,
        )


def _actor(request: HttpRequest) -> Actor:
    if isinstance(request.user, User):
        return actor_for(request.user, new_id())
    return nobody()


def _lacks_a_factor(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the second factor that a role needs and that is lacking; None where none is."""
    if request.path.startswith(_BEFORE_SECOND_FACTOR) or not request.user.is_authenticated:
        return None
    shown = request.session.get(SESSION_FLAG)
    if shown == _BY_PASSKEY:
        return None
    passkey = takes_a_passkey(request)
    if shown and not passkey:
        return None
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not roles_given(actor) & SECOND_FACTOR:
        return None
    mine = set(Authenticator.objects.filter(user_id=actor.user_id).values_list("type", flat=True))
    if passkey and Authenticator.Type.WEBAUTHN in mine and not used(request, Authenticator.Type.WEBAUTHN):
        # Whoever lost theirs came in by a code on paper, and adds another.
        lost = used(request, Authenticator.Type.RECOVERY_CODES)
        return redirect("mfa_index") if lost else to_prove(reverse("mfa_reauthenticate_webauthn"), request)
    if not mine & _COUNTS[passkey]:
        return redirect("mfa_index")
    request.session[SESSION_FLAG] = _BY_PASSKEY if passkey else True
    return None
