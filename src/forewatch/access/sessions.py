"""Sessions as rows of their owner: over after a while without use, and at the latest after a day's work."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as EachRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

BEGUN, BROWSER = "begun", "browser"
AT_ONCE = 5
"""So many browsers may be signed in for one account; one more ends the one that was unused for longest."""
_BROWSERS = (
    ("Line", r"\bLine/"),
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
"""In this order: each says the names of those after it, too."""
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("Mac", r"Mac OS X"),
    ("Chromebook", r"CrOS"),
    ("Linux", r"Linux"),
)


def browser_of(agent: str) -> str:
    """Return roughly which browser a User-Agent tells of, as `Firefox · Android`; empty for one unknown."""
    kinds = (
        next((name for name, said in kind if re.search(said, agent)), "") for kind in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(one for one in kinds if one)


def handle(key: str) -> uuid.UUID:
    """Return what a page calls a session, from which nobody learns the key that opens it."""
    return uuid.UUID(bytes=hashlib.sha256(key.encode()).digest()[:16])


def begin(request: HttpRequest) -> None:
    """Note in a session when it began and in which browser."""
    request.session[BEGUN] = timezone.now().timestamp()
    request.session[BROWSER] = browser_of(request.META.get("HTTP_USER_AGENT", ""))


def is_no_use(answer: HttpResponse) -> HttpResponse:
    """Mark the answer to what a page asks by itself: whoever left it open does not stay signed in by it."""
    answer.is_no_use = True  # type: ignore[attr-defined]
    return answer


class SessionMiddleware(EachRequest):
    """Lets a session go on with each request but those that nobody made."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save a session that was used."""
        if getattr(response, "is_no_use", False) and not request.session.modified:
            return response
        return super().process_response(request, response)


class SessionStore(DatabaseStore):
    """Keeps sessions in a table that knows whose they are, none longer than the setting allows."""

    @classmethod
    def get_model_class(cls) -> type[Any]:
        """Return the table."""
        from forewatch.access.models import Session

        return Session

    def get_expiry_date(self, **said: Any) -> datetime:
        """Return when the session is over: a while after its last use, at the latest after a day's work."""
        unused: datetime = super().get_expiry_date(**said)
        begun = self._begun()
        return unused if begun is None else min(unused, begun + timedelta(hours=settings.TERMS.session_hours))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row of a session, with its owner."""
        row: Any = super().create_model_instance(data)
        row.user_id, row.begun_at = data.get(SESSION_KEY), self._begun()
        row.browser = data.get(BROWSER, "")
        return row

    def _begun(self) -> datetime | None:
        said = self.get(BEGUN)
        return None if said is None else datetime.fromtimestamp(said, UTC)
