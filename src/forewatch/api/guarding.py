"""Before an operation runs: who asks, how often, how much, and the one decision."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from forewatch.access import bounded, second_lock
from forewatch.access.actors import actor_for
from forewatch.access.decisions import Refused
from forewatch.access.guarding import Guard, guarded
from forewatch.access.middleware import write_down
from forewatch.access.requests import AskedRequest
from forewatch.api import queries, rules
from forewatch.api.actions import used
from forewatch.api.models import Key
from forewatch.api.problems import problem
from forewatch.lib.ids import new_id
from forewatch.ui.middleware import RETRY_AFTER, as_problem
from forewatch.ui.problems import Busy

View = Callable[..., HttpResponseBase]
SCHEME = "Bearer "
LOG = logging.getLogger("django.request")


class NeedsKey(Exception):  # noqa: N818  what a program is told
    """Somebody who is signed in asked for what only a key may do."""


def key_of(request: HttpRequest) -> Key:
    """Return the key by which a request came.

    Raises NeedsKey.
    """
    key = getattr(request, "api_key", None)
    if key is None:
        raise NeedsKey
    return cast(Key, key)


def opened(view: View, methods: dict[str, Guard], known: frozenset[str]) -> View:
    """Guard an operation as pages are guarded, for a key or for whoever is signed in.

    `known` names what may stand behind the question mark: a filter mistyped must not show everything.
    """

    def asked_for(request: AskedRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _mistyped(request, known) or _too_much(request) or view(request, *args, **kwargs)

    inside = guarded(**methods)(asked_for)

    def asked(request: AskedRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method
        if method not in methods:
            allowed = {"Allow": ", ".join(methods)}
            return problem(405, _("This address does not know that method."), headers=allowed)
        try:
            return _stopped(request) or inside(request, *args, **kwargs)
        except NeedsKey:
            return _unknown(_("This needs the key of a program. Ask an administrator for one."))
        except Refused as refusal:
            write_down(request.actor, refusal)
            return problem(403, str(refusal))
        except DatabaseError as broken:
            return bounded.take_back(request, partial(_broken, request, broken))
        except Exception as broken:  # whatever it is, a program gets an answer that it can read
            return _broken(request, broken)

    asked.guards = methods  # type: ignore[attr-defined]
    asked.csrf_exempt = True  # type: ignore[attr-defined]  # what changes anything asks for a key
    return asked


def _broken(request: AskedRequest, found: Exception) -> HttpResponseBase:
    """Return what to tell a program when something broke; the log of the server says what."""
    told = as_problem(found)
    if isinstance(told, Busy):
        return problem(told.status, str(told), headers={"Retry-After": str(RETRY_AFTER)})
    # As Python writes it: a line break in an address must not begin a line of its own.
    LOG.error("%s %r broke", request.method, request.path, exc_info=found)
    return problem(
        500, _("Something broke here. Nothing was taken in; try again, and tell the administrator.")
    )


def _stopped(request: AskedRequest) -> HttpResponseBase | None:
    """Return why a request goes no further, or None."""
    if not _known(request):
        return _unknown(_("Send a key that holds, as “Authorization: Bearer …”, or sign in."))
    if _too_often(request):
        left = str(60 - timezone.now().second)
        return problem(429, _("Too many requests. Wait a minute."), headers={"Retry-After": left})
    return None


def _mistyped(request: AskedRequest, known: frozenset[str]) -> HttpResponseBase | None:
    """Return which parameter the address does not know or is told twice, or None."""
    wrong = {}
    for name, values in request.GET.lists():
        if name not in known:
            wrong[name] = _("This address knows no such parameter.")
        elif len(values) > 1:
            wrong[name] = _("This parameter stands there more than once. Say one value.")
    if not wrong:
        return None
    words = _("The request does not say what it should. “errors” names each place.")
    errors = [{"where": f"query.{name[:80]}", "what": what} for name, what in list(wrong.items())[:50]]
    return problem(422, words, errors=errors)


def _too_much(request: AskedRequest) -> HttpResponseBase | None:
    """Return why the body of a request is not read, or None."""
    if request.method != "POST":
        return None
    if int(request.META.get("CONTENT_LENGTH") or 0) > rules.MAX_BYTES:
        words = _("This is more than %(limit)s MB. Send it in parts.")
        return problem(413, words % {"limit": rules.MAX_BYTES // 1024 // 1024})
    if request.content_type != "application/json":
        return problem(415, _("Send JSON, and say so: “Content-Type: application/json”."))
    return None


def _known(request: AskedRequest) -> bool:
    """Tell whether somebody known asks; a key makes its account the one who asks."""
    said = request.headers.get("Authorization", "")
    if not said:
        return request.user.is_authenticated
    key = queries.key_of(said.removeprefix(SCHEME)) if said.startswith(SCHEME) else None
    if key is None:
        return False
    request.user = key.account
    request.actor = actor_for(key.account, new_id())
    second_lock.tell(key.account.pk)
    if not request.actor.roles():
        return False
    request.api_key = key  # type: ignore[attr-defined]
    used(key=key, on=request.actor.today)
    return True


def _unknown(words: str) -> HttpResponseBase:
    return problem(401, words, headers={"WWW-Authenticate": "Bearer"})


def _too_often(request: AskedRequest) -> bool:
    name = f"api:{request.actor.user_id}:{timezone.now():%H%M}"
    cache.add(name, 0, 120)
    # Gone from the cache between two lines: it was not often.
    with contextlib.suppress(ValueError):
        return cache.incr(name) > rules.REQUESTS_A_MINUTE
    return False
