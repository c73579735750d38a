"""What others feel while somebody attacks: a normal page on a served server, asked again and again.

    python -m benchmarks.attacked --people 20000 --folder /somewhere

A demonstration is served on the loopback. Its list of households is asked for in peace and under attack in
turns, for as many seconds of each; printed are medians and 95th percentiles, and by how much they differ.
Attacks come from four clients at once, which run beside the server.
"""

from __future__ import annotations

import argparse
import http.client
import io
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

CLIENTS, TURNS = 4, 4
PAUSE, BREATH = 0.25, 0.05
"""Seconds between two pages of somebody who works, and between two attacks of one client."""
PAGE = "/people/"
FORM = "application/x-www-form-urlencoded"
FIELD = "Content-Disposition: form-data; name="
FILE = f'{FIELD}"file"'.encode()
TOO_LARGE = 10 * 2**30
Attack = Callable[["Browser"], int]


class Browser:
    """Somebody with a session, or without one, who asks the server."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port, self.cookies = port, {"session": session} if session else {}
        self._tokens: dict[str, str] = {}

    def ask(self, address: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Return the status and the page; 0 when the server hung up."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        said = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | headers
        try:
            line.request("GET" if body is None else "POST", address, body=body, headers=said)
            answer = line.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            line.close()

    def token(self, address: str) -> str:
        """Return the token of a form, without which nothing is taken; it is asked for once."""
        if address not in self._tokens:
            _status, page = self.ask(address)
            found = page.decode().partition('name="csrfmiddlewaretoken" value="')[2]
            self._tokens[address] = found.partition('"')[0]
        return self._tokens[address]


def oversized(browser: Browser) -> int:
    """Say that ten gigabytes follow, and send for as long as somebody listens."""
    token = browser.token("/intake/upload")
    with socket.create_connection(("127.0.0.1", browser.port), timeout=20) as line:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        head = f"POST /intake/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        head += f"X-CSRFToken: {token}\r\n"
        head += f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {TOO_LARGE}\r\n\r\n"
        with suppress(OSError):
            line.sendall(head.encode() + b"--x\r\n" + FILE + b'; filename="a.csv"\r\n\r\n')
            for _ in range(400):
                line.sendall(bytes(2**18))
    return 0


@cache
def _packed() -> bytes:
    """Return a workbook of 40 MB of nothing, without its last bytes, which make each another one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", bytes(40 * 2**20))
        book.comment = bytes(16)
    return packed.getvalue()[:-16]


def bomb(browser: Browser) -> int:
    """Upload a workbook that unpacks to far more than it is."""
    token = browser.token("/intake/upload")
    packed = _packed() + secrets.token_bytes(16)
    fields = {"csrfmiddlewaretoken": token, "observed_on": "1/10/2568", "source": browser.cookies["source"]}
    parts = [f'--x\r\n{FIELD}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    parts += [b"--x\r\n", FILE, b'; filename="a.xlsx"\r\n\r\n', packed, b"\r\n--x--\r\n"]
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    status, _page = browser.ask("/intake/upload", b"".join(parts), **kind)
    return status


def expensive(browser: Browser) -> int:
    """Ask for every crossing of every village, and for searches that find nothing."""
    asked = {"level": "4", "sex": "each", "age": "each", "by": secrets.choice(("residence", "both"))}
    address = secrets.choice(
        (f"/reports/?{urlencode(asked)}", "/people/?seen_before=1/1/2020", "/areas/?q=zzzz")
    )
    return browser.ask(address)[0]


def flood(browser: Browser) -> int:
    """Try passwords, as nobody who is signed in."""
    browser.cookies.pop("session", None)
    typed = {
        "csrfmiddlewaretoken": browser.token("/account/login/"),
        "login": f"nobody{secrets.randbelow(1000)}",
        "password": secrets.token_hex(12),
    }
    return browser.ask("/account/login/", urlencode(typed).encode(), **{"Content-Type": FORM})[0]


ATTACKS: Mapping[str, Attack] = {
    "uploads that say they have 10 GB": oversized,
    "zip bombs": bomb,
    "lists and reports that take long": expensive,
    "sign-ins with wrong passwords": flood,
}


def main() -> None:
    """Serve, attack and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.attacked")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=8)
    asked = parser.parse_args()
    with _served(asked.people, asked.folder.resolve()) as port:
        working, attacking, source = _sign_in(asked.folder.resolve())

        def attacker() -> Browser:
            made = Browser(port, attacking)
            made.cookies["source"] = source
            return made

        _measured(Browser(port, working), 2)
        for name, attack in ATTACKS.items():
            peace: list[float] = []
            under: list[float] = []
            answers = Counter[int]()
            for _ in range(TURNS):
                peace += _measured(Browser(port, working), asked.seconds / TURNS)
                with _attacked(attacker, attack, answers):
                    under += _measured(Browser(port, working), asked.seconds / TURNS)
            said = ", ".join(f"{n} × {status or 'hung up'}" for status, n in sorted(answers.items()))
            times = [_part(under, part) / _part(peace, part) for part in (0.5, 0.95)]
            print(f"{name}: {_words(peace)} in peace, {_words(under)} under attack,", end=" ")
            print(f"{times[0]:.1f} and {times[1]:.1f} times; {said}", flush=True)


@contextmanager
def _served(people: int, folder: Path) -> Iterator[int]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    command = [sys.executable, "-m", "forewatch.cli", "demo", "--people", str(people), "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--data-dir", str(folder)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "forewatch.config.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while Browser(port).ask("/health")[0] != 200:
            assert server.poll() is None, "the server did not start"
            time.sleep(0.5)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def _sign_in(folder: Path) -> tuple[str, str, str]:
    """Return sessions of the lead, who works, and the analyst, who attacks, and a source of their files."""
    from forewatch.commands import keys

    os.environ.update(keys.demonstration(folder), DJANGO_SETTINGS_MODULE="forewatch.config.settings")
    import django

    django.setup()
    from django.test import Client

    from forewatch.access.middleware import SESSION_FLAG
    from forewatch.access.models import User
    from forewatch.register.models import Source

    sessions = []
    for name in ("provincial-lead", "analyst"):
        browser = Client()
        browser.force_login(
            User.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        session = browser.session
        session[SESSION_FLAG] = True
        session.save()
        sessions.append(str(session.session_key))
    source = Source.objects.filter(agency__isnull=False, kind="register").first() or Source.objects.first()
    return sessions[0], sessions[1], str(source.pk if source else "")


@contextmanager
def _attacked(browser: Callable[[], Browser], attack: Attack, answers: Counter[int]) -> Iterator[None]:
    over = threading.Event()

    def attacker() -> None:
        mine = browser()
        while not over.is_set():
            answers[attack(mine)] += 1
            time.sleep(BREATH)

    threads = [threading.Thread(target=attacker) for _ in range(CLIENTS)]
    for one in threads:
        one.start()
    yield
    over.set()
    for one in threads:
        one.join()


def _measured(browser: Browser, seconds: float) -> list[float]:
    took: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        status, _page = browser.ask(PAGE)
        took.append(1000 * (time.perf_counter() - began))
        assert status == 200, status
        time.sleep(PAUSE)
    return took


def _part(took: list[float], part: float) -> float:
    return sorted(took)[int(len(took) * part)]


def _words(took: list[float]) -> str:
    return f"{_part(took, 0.5):.0f} and {_part(took, 0.95):.0f} ms"


if __name__ == "__main__":
    main()
