"""A page asks PostgreSQL for nothing that takes long: whoever would keep it busy is cut off, others go on.

It is told for one transaction, so that nothing stays on a connection which a job or the next page takes over,
and what is done after the commit has its time. SQLite, for one office, has no such limit.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.contrib.messages.storage.session import SessionStorage
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from forewatch.access import second_lock

WAITS = 0.8
"""Of the time: a lock is waited for no longer, so that who waits in vain hears of somebody else."""
_INSTEAD = "answer_instead"


def bound() -> None:
    """Give each statement its seconds until the end of the transaction."""
    if not second_lock.is_there():
        return
    longest = 1000 * settings.STATEMENT_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)",
            [f"{longest:.0f}", f"{WAITS * longest:.0f}"],
        )


def take_back(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Take back all that a request did, and answer it after that: until then nothing can be asked.

    On SQLite each deed is a transaction of its own, and the answer can be given at once.
    """
    say_nothing(request)
    if not second_lock.is_there():
        return answer()
    transaction.set_rollback(True)
    setattr(request, _INSTEAD, answer)
    return HttpResponse(status=503)


def say_nothing(request: HttpRequest) -> None:
    """Forget what a page was about to say was done: it is not."""
    request.session.pop(SessionStorage.session_key, None)
    request._messages = default_storage(request)  # type: ignore[attr-defined]


def answer_instead(request: HttpRequest) -> Callable[[], HttpResponseBase] | None:
    """Return what gives the answer to a request that was taken back, or None."""
    return getattr(request, _INSTEAD, None)
