"""Whoever asks for many pages at once, or for long ones on end, waits; others are answered meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import LazySettings, settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from forewatch.access import turns
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.access.turns import AT_ONCE, IN_LINE, PAUSE, REMEMBERED, SHARE, Line, TurnsMiddleware
from forewatch.config.tests.cast import Cast

Ask = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def held(settings: LazySettings) -> None:
    """Let it hold here; elsewhere tests ask as fast as they can."""
    settings.TURNS = True


def asked_by(browser: str) -> HttpRequest:
    request = RequestFactory().get("/people/")
    if browser:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = browser
    return request


class Slow:
    """A view that answers when told to, and counts how many it answers at once."""

    def __init__(self) -> None:
        self.go, self.begun = threading.Event(), threading.Semaphore(0)
        self.now = self.most = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.now += 1
        self.most = max(self.most, self.now)
        self.begun.release()
        self.go.wait(10)
        self.now -= 1
        return HttpResponse("made")


@pytest.fixture
def slow() -> Iterator[Slow]:
    view = Slow()
    yield view
    view.go.set()


def test_one_browser_has_one_page_made_at_a_time_and_others_do_not_wait_for_it(slow: Slow) -> None:
    asks = TurnsMiddleware(slow)
    with ThreadPoolExecutor(4) as pool:
        mine = [pool.submit(asks, asked_by("mine")) for _ in range(3)]
        slow.begun.acquire(timeout=5)
        assert not slow.begun.acquire(timeout=0.2), "the second waits for the first"
        other = pool.submit(asks, asked_by("another"))
        assert slow.begun.acquire(timeout=1)
        assert slow.now == 2
        slow.go.set()
        assert all(one.result(5).status_code == 200 for one in (*mine, other))


def test_a_long_page_keeps_its_browser_from_the_next_for_a_moment_only(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0.05)
    asks = TurnsMiddleware(slow)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(asks, asked_by("mine")) for _ in range(2)]
        assert slow.begun.acquire(timeout=5)
        assert slow.begun.acquire(timeout=5)
        slow.go.set()
        assert all(one.result(5).content == b"made" for one in both)


def test_too_many_at_once_are_told_so_and_the_next_is_answered_again(slow: Slow) -> None:
    asks = TurnsMiddleware(slow)
    with ThreadPoolExecutor(IN_LINE) as pool:
        line = [pool.submit(asks, asked_by("mine")) for _ in range(IN_LINE)]
        slow.begun.acquire(timeout=5)
        while asks._lines["mine"].waiting < IN_LINE:
            time.sleep(0.01)
        refused = asks._join("mine")
        assert refused is None
        slow.go.set()
        assert all(one.result(20).status_code == 200 for one in line)
    assert asks(asked_by("mine")).status_code == 200
    assert asks._lines["mine"].waiting == 0


def test_whoever_used_much_pauses_and_it_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    line = Line(used=AT_ONCE, at=now[0])
    assert line.pause() == 0
    line.used = AT_ONCE + SHARE / 10
    assert line.pause() == pytest.approx(0.1)
    line.used = AT_ONCE + 100
    assert line.pause() == PAUSE
    now[0] += (AT_ONCE + 100) / SHARE
    assert line.pause() == 0
    assert line.used == 0


def test_a_page_that_breaks_gives_the_turn_back() -> None:
    def breaks(request: HttpRequest) -> HttpResponse:
        raise ValueError

    asks = TurnsMiddleware(breaks)
    for _ in range(2 * IN_LINE):
        with pytest.raises(ValueError):  # noqa: PT011
            asks(asked_by("mine"))
    assert asks._lines["mine"].waiting == 0
    assert not asks._lines["mine"].turn.locked()


def test_who_has_no_session_waits_for_nobody_and_few_are_remembered() -> None:
    asks = TurnsMiddleware(lambda _request: HttpResponse())
    asks(asked_by(""))
    assert not asks._lines
    for at in range(REMEMBERED + 10):
        asks(asked_by(f"browser {at}"))
    assert len(asks._lines) == REMEMBERED


def test_the_words_for_who_asks_too_much_are_a_page(
    cast: Cast, sign_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(cast[Role.DISTRICT_OFFICER])
    assert client.get("/").status_code == 200
    monkeypatch.setattr(turns, "IN_LINE", 0)
    answer = client.get("/")
    assert answer.status_code == 429
    assert "Wait until one is there" in answer.content.decode()
    assert cast[Role.DISTRICT_OFFICER].name in answer.content.decode()
    assert (answer["Refresh"], answer["Retry-After"]) == ("2", "2")
    saving = client.post("/language/setlang/", {"language": "th"})
    assert (saving.status_code, "Refresh" in saving) == (429, False)
    assert client.get("/nowhere").status_code == 429
    assert client.get("/areas/tiles/areas.pmtiles").status_code != 429, "a map asks for many parts at once"
    assert Client().get("/health").status_code == 200
