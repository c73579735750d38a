"""Problems become pages, in one place."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from forewatch.ui import room
from forewatch.ui.problems import Busy, Full, NotFound, Problem

_SAVED = range(201, 400)
"""What a form answers that was saved: it leads on, or has nothing to show. One with a mistake comes back."""

RETRY_AFTER = 30
"""Seconds after which a program may ask again."""

_FULL = ("database or disk is full", "No space left on device", "could not extend file")
"""What SQLite and PostgreSQL say when there is no room to write: on the disk, or within a quota of it."""

_LOCKED = ("database is locked", "due to lock timeout")
"""What SQLite and PostgreSQL say to whoever has waited for the writer before them in vain."""

_TOO_LONG = "due to statement timeout"
"""What PostgreSQL says of a question that it has looked into for as long as a page may ask."""


def as_problem(problem: Exception) -> Exception:
    """Return what went wrong as a `Problem` where it has words of its own, else as it is."""
    if isinstance(problem, Http404):
        return NotFound("")
    if isinstance(problem, OperationalError) and any(one in str(problem) for one in _LOCKED):
        return Busy(_("Somebody else is writing just now, an import perhaps. Nothing was saved; try again."))
    if isinstance(problem, OperationalError) and _TOO_LONG in str(problem):
        return Busy(
            _(
                "This took too long and was stopped, so that others can go on. Nothing was saved. Choose a "
                "smaller area or fewer groups, or try again in a few minutes; if it is stopped again, tell "
                "the administrator."
            )
        )
    # A quota that is used up is an internal error to PostgreSQL.
    if isinstance(problem, DatabaseError) and any(one in str(problem) for one in _FULL):
        return Full(
            _(
                "The disk of the server is full. Nothing was saved. Tell the administrator; once there is "
                "room, go back in your browser and send the page again: what you typed is still there."
            )
        )
    return problem


class ProblemMiddleware:
    """Shows a `Problem` as a page with its words and its status; notes whether there is room to save."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        answer = self.get_response(request)
        if answer.status_code == Full.status:
            room.note_refused()
        elif request.method == "POST" and request.user.is_authenticated and answer.status_code in _SAVED:
            room.note_saved()
        return answer

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn a problem into its page; what is not one is left to Django."""
        problem = as_problem(problem)
        if not isinstance(problem, Problem):
            return None
        return page_of(request, problem)


def page_of(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the page of a problem."""
    template = "ui/not_found.html" if isinstance(problem, NotFound) else "ui/problem.html"
    answer = render(request, template, {"words": str(problem)}, status=problem.status)
    if isinstance(problem, Busy):
        answer["Retry-After"] = str(RETRY_AFTER)
    return answer
