"""Each browser has its turn: whoever asks for many pages at once, or for long ones on end, waits.

Kept in the memory of the one program that answers all pages. Only what a browser with a session asks for is
counted; files that hold no data are answered before.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from forewatch.ui.middleware import page_of
from forewatch.ui.problems import TooMany

View = TypeVar("View", bound=Callable[..., Any])

IN_LINE = 6
"""So many requests of one browser are answered or wait: fewer than are answered at a time, of all."""
LONGEST = 2.0
"""Seconds that a request waits for those before it: a long report holds up the next page no longer."""
AT_ONCE, SHARE, PAUSE = 3.0, 0.15, 1.0
"""Seconds of the processor that a browser may use on end, its share afterwards, and its longest pause."""
AGAIN = 2
"""Seconds after which a browser that was told to wait asks again."""
REMEMBERED = 1_000
"""So many browsers are remembered; the one that was quiet for longest is forgotten first."""


@dataclass
class Line:
    """What one browser waits for, and what it has used of the processor's time, in seconds."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    waiting: int = 0
    used: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def pause(self) -> float:
        """Return for how many seconds others go first."""
        now = time.monotonic()
        self.used, self.at = max(0.0, self.used - (now - self.at) * SHARE), now
        return min(PAUSE, max(0.0, self.used - AT_ONCE) / SHARE)


class TurnsMiddleware:
    """Lets each browser have one page made at a time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._lines: OrderedDict[str, Line] = OrderedDict()
        self._guard = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request in its turn."""
        browser = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not browser or not settings.TURNS or _is_small(request):
            return self.get_response(request)
        line = self._join(browser)
        if line is None:
            return _come_back(request)
        try:
            with _in_turn(line):
                return self.get_response(request)
        finally:
            with self._guard:
                line.waiting -= 1

    def _join(self, browser: str) -> Line | None:
        with self._guard:
            line = self._lines.setdefault(browser, Line())
            self._lines.move_to_end(browser)
            if len(self._lines) > REMEMBERED:
                self._lines.popitem(last=False)
            if line.waiting >= IN_LINE:
                return None
            line.waiting += 1
            return line


def out_of_turn(view: View) -> View:
    """Mark a view of small things of which a page asks for many at once, parts of a map say."""
    view.out_of_turn = True  # type: ignore[attr-defined]
    return view


def _is_small(request: HttpRequest) -> bool:
    try:
        return getattr(resolve(request.path_info).func, "out_of_turn", False)
    except Resolver404:
        return False


def _come_back(request: HttpRequest) -> HttpResponse:
    """Tell a browser to wait; a page that was opened beside many others is asked for again by itself."""
    words = _("Your browser asks for many pages at once. Wait until one is there, and go on.")
    answer = page_of(request, TooMany(words))
    answer["Retry-After"] = str(AGAIN)
    if request.method == "GET":
        answer["Refresh"] = str(AGAIN)
    return answer


@contextmanager
def _in_turn(line: Line) -> Iterator[None]:
    mine = line.turn.acquire(timeout=LONGEST)
    try:
        time.sleep(line.pause())
        began = time.thread_time()
        yield
        line.used += time.thread_time() - began
    finally:
        if mine:
            line.turn.release()
