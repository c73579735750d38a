"""The server program takes no message whose end is told in two ways, so that none hides a second one."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from forewatch.commands.serving import programs

APPLICATION = """
import sys
def application(environ, start):
    body = environ["wsgi.input"].read()
    print(environ["REQUEST_METHOD"], environ["PATH_INFO"], len(body), file=sys.stderr, flush=True)
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: made.up\r\n\r\n"
HEAD = b"POST /seen HTTP/1.1\r\nHost: made.up\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Run the server program as `serve` does, with an application that tells what it was asked."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "telling.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        "telling:application" if one == "forewatch.config.wsgi:application" else one
        for one in programs(port)["the web server"]
    ]
    assert "telling:application" in command
    log = folder / "log"
    with log.open("wb") as sink:
        running = subprocess.Popen(
            command, cwd=folder, stdout=sink, stderr=sink, env={"PYTHONPATH": str(folder)}
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, log
        running.terminate()
        running.wait(timeout=15)


def said(port: int, message: bytes) -> bytes:
    """Send bytes, and return all that comes back until the server closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as talk:
        talk.sendall(message)
        got = b""
        try:
            while some := talk.recv(4096):
                got += some
        except (TimeoutError, ConnectionResetError):
            pass
        return got


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def test_a_plain_message_is_answered_and_a_second_one_after_it(server: tuple[int, Path]) -> None:
    port, _log = server
    assert said(port, HEAD + b"Content-Length: 3\r\n\r\nabc" + HIDDEN).count(b"HTTP/1.1 200") == 2
    assert said(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"abc")).count(b"200") == 1


@pytest.mark.parametrize(
    "message",
    [
        HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc" + HIDDEN,
        HEAD + b"Content-Length: 3, 5\r\n\r\nabc" + HIDDEN,
        HEAD + b"Content-Length: +3\r\n\r\nabc" + HIDDEN,
        HEAD + b"Content-Length: 3x\r\n\r\nabc" + HIDDEN,
        HEAD + b"Content-Length: -1\r\n\r\n" + HIDDEN,
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
        HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + HIDDEN,
        HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
        HEAD + b"Content-Length : 3\r\n\r\nabc" + HIDDEN,
    ],
    ids=range(9),
)
def test_a_message_without_one_plain_end_is_refused_with_all_after_it(
    server: tuple[int, Path], message: bytes
) -> None:
    port, log = server
    before = log.read_text().count("/hidden")

    answer = said(port, message)

    assert answer.count(b"HTTP/1.1 200") == 0, answer
    assert log.read_text().count("/hidden") == before


def test_after_a_chunk_without_a_length_nothing_more_is_answered(server: tuple[int, Path]) -> None:
    port, log = server
    before = log.read_text().count("/hidden")

    answer = said(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n" + HIDDEN)

    assert answer.count(b"HTTP/1.1 200") <= 1
    assert log.read_text().count("/hidden") == before


@pytest.mark.parametrize("first", [b"Content-Length", b"Transfer-Encoding"])
def test_of_two_kinds_of_ends_chunks_count_and_nothing_after_them_is_answered(
    server: tuple[int, Path], first: bytes
) -> None:
    """A message with both is refused, or read by its chunks and the connection closed (RFC 9112, 6.1)."""
    port, log = server
    heads = [b"Content-Length: 4\r\n", b"Transfer-Encoding: chunked\r\n"]
    heads.sort(key=lambda one: not one.startswith(first))
    before = log.read_text().count("/hidden")

    answer = said(port, HEAD + b"".join(heads) + b"\r\n0\r\n\r\n" + HIDDEN)

    assert answer.count(b"HTTP/1.1 200") <= 1
    assert log.read_text().count("/hidden") == before
