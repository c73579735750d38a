"""Every address says what it does to which class of data, and asks the decision before it does anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from forewatch.access.decisions import check, decide
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb

P = ParamSpec("P")


@dataclass(frozen=True)
class Guard:
    """What a method of an address does, to which class of data, and what for."""

    verb: Verb
    data_class: DataClass
    purpose: Purpose | None = None


def guarded(
    **methods: Guard | None,
) -> Callable[
    [Callable[Concatenate[AskedRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Guard a view: `@guarded(GET=Guard(...), POST=Guard(...))`; a method not named is refused with 405.

    None asks only that somebody is signed in (the first page, the language). Without a purpose in the guard,
    any purpose of the actor's grants serves: the view then decides again for the very record.
    """

    def decorate(
        view: Callable[Concatenate[AskedRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def asked(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            method = "GET" if request.method == "HEAD" else request.method
            if method not in methods:
                return HttpResponseNotAllowed(list(methods))
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            _ask(request, methods[method])
            return view(request, *args, **kwargs)

        asked.guards = methods  # type: ignore[attr-defined]
        return asked

    return decorate


def _ask(request: AskedRequest, guard: Guard | None) -> None:
    if guard is None:
        return
    purposes = (
        [guard.purpose]
        if guard.purpose
        else [one for grant in request.actor.grants for one in grant.purposes]
    )
    for purpose in purposes:
        if decide(request.actor, guard.verb, guard.data_class, purpose).allowed:
            return
    check(request.actor, guard.verb, guard.data_class, guard.purpose or Purpose.PREVENT)


def guards_of(view: Any) -> Mapping[str, Guard | None] | None:
    """Return the guards of a view, or None when it has none; a test asks this of every address."""
    return getattr(view, "guards", None)
