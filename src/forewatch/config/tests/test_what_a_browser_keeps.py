"""A laptop that is lost holds no name that was shown on it: Chromium keeps none once its user signs out."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType
from pytest_django.live_server_helper import LiveServer

from forewatch.access.rules import Role
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.browser import CHROMIUM, enter, give_authenticator
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.config.tests.written import bytes_of
from forewatch.places.models import Area
from forewatch.register.actions.drafts import keep_draft
from forewatch.register.tests.building import household, member

HOMES, MEMBERS = 34, 6
PATIENCE = 20.0
DRAFTED = "CanarydraftMadeup"
GZIP = b"\x1f\x8b\x08"
CARELESS = {f"Careless{how}Madeup": how for how in ("plain", "gzip")}
"""What stands on pages of a server that lets a browser keep them, and how it sends them."""


class _Careless(BaseHTTPRequestHandler):
    """Gives pages that a browser may keep."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        body = f"<!doctype html><title>Kept</title><p>{name}</p>".encode() if name in CARELESS else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "max-age=600")
        if CARELESS.get(name) == "gzip":
            self.send_header("Content-Encoding", "gzip")
            body = gzip.compress(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def careless_server() -> Iterator[str]:
    """Yield the address of a server whose pages a browser keeps."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Careless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def unpacked(held: bytes) -> Iterator[bytes]:
    """Yield the bytes of a file, and what is packed anywhere in them: a browser keeps pages as they came."""
    yield held
    for part in held.split(GZIP)[1:]:
        with suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(GZIP + part)


def lies_in(held: Sequence[bytes], name: str) -> bool:
    """Tell whether a name lies anywhere, also with its letters two bytes wide."""
    return any(name.encode(code) in one for one in held for code in ("utf-8", "utf-16-le"))


def written(profile: Path) -> list[bytes]:
    """Return what Chromium wrote, once the pages are there that it was allowed to keep."""
    bodies = [f"<p>{name}</p>" for name in CARELESS]
    end = time.monotonic() + PATIENCE
    while True:
        files = [bytes_of(one) for one in profile.rglob("*") if one.is_file()]
        held = [one for file in files for one in unpacked(file)]
        if all(lies_in(held, one) for one in bodies):
            assert not lies_in(files, bodies[-1]), "nothing had to be unpacked"
            return held
        assert time.monotonic() < end, "this search does not find the pages that were kept"
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_names_that_were_shown_lie_nowhere_in_the_profile(
    cast: Cast,
    areas: dict[str, Area],
    live_server: LiveServer,
    chromium: tuple[BrowserType, str],
    tmp_path: Path,
    assured: Assured,
) -> None:
    lead = cast[Role.PROVINCIAL_LEAD]
    give_authenticator(lead)
    names = [[f"Canary{home:02}{one}Madeup" for one in range(MEMBERS)] for home in range(HOMES)]
    homes = [
        household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], *(member(name) for name in some))
        for some in names
    ]
    draft = keep_draft(by=cast.actor(Role.PROVINCIAL_LEAD), typed={"m0-given": [DRAFTED]})
    kind, found = chromium
    context = kind.launch_persistent_context(
        tmp_path, executable_path=found, args=CHROMIUM, base_url=live_server.url
    )
    page = context.new_page()
    enter(page, lead)
    for home, some in zip(homes, names, strict=True):
        page.goto(f"/people/households/{home.pk}")
        page.locator("details:has([name=reason]) summary").click()
        page.fill("[name=reason]", "made up to be looked for")
        page.locator("form:has([name=reason]) button").click()
        page.get_by_text(some[0]).first.wait_for()
        assert all(name in page.content() for name in some)
    # A page that is asked for by its address alone, and shows what its writer had typed.
    page.goto(f"/people/new?draft={draft.pk}")
    assert DRAFTED in page.content()
    with careless_server() as careless:
        for name in CARELESS:
            page.goto(f"{careless}/{name}")
    every = [DRAFTED, *(name for some in names for name in some)]
    # While somebody is signed in, what keeps names out is that no page may be kept at all.
    kept = [name for name in every if lies_in(written(tmp_path), name)]
    page.goto("/account/logout/")
    page.locator("main form button").click()
    page.wait_for_load_state()
    context.close()
    held = written(tmp_path)
    # The profile was written: this search finds what lies in it.
    assert any(b"/people/households/" in one for one in held)
    kept += [name for name in every if lies_in(held, name)]
    assert kept == []
    assured("browser", len(every), len(kept))
