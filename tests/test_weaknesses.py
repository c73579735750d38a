"""Locked packages are compared with a list of known weaknesses; here a made-up one, on the loopback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
FRONT_END = ROOT / "frontend/package-lock.json"

ECOSYSTEMS = ("PyPI", "npm")


class Listed(BaseHTTPRequestHandler):
    weak: tuple[str, str] = ("", "")
    asked: list[dict[str, Any]] = []  # noqa: RUF012  gathered in one test at a time

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        type(self).asked = json.loads(self.rfile.read(length))["queries"]
        results = [
            {"vulns": [{"id": "MADE-UP-1"}]} if (one["package"]["name"], one["version"]) == self.weak else {}
            for one in self.asked
        ]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listed() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Listed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def looked(at: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "tools/weaknesses.py", *LOCKS, FRONT_END]
    return subprocess.run(command, env={"OSV_URL": at}, capture_output=True, text=True, check=False)


def test_every_locked_package_is_asked_for_and_nothing_else_is_told(listed: str) -> None:
    Listed.weak = ("", "")
    said = looked(listed)
    assert said.returncode == 0, said.stderr
    assert said.stdout.endswith("0 weaknesses known.\n")
    lines = [
        line for one in LOCKS for line in one.read_text().splitlines() if "==" in line and line[0] != " "
    ]
    of_npm = re.findall(r'^    "node_modules/(.+)": \{$', FRONT_END.read_text(), re.MULTILINE)
    asked = [(one["package"]["ecosystem"], one["package"]["name"]) for one in Listed.asked]
    told = {of: {name for where, name in asked if where == of} for of in ECOSYSTEMS}
    assert told["PyPI"] == {line.partition("==")[0] for line in lines}
    assert told["npm"] == set(of_npm)
    assert {where for where, _name in asked} == set(ECOSYSTEMS)
    assert all(one.keys() == {"package", "version"} for one in Listed.asked)


@pytest.mark.parametrize("weak", ["django", "maplibre-gl"])
def test_a_weak_package_is_named_and_it_fails(listed: str, weak: str) -> None:
    looked(listed)
    chosen = next(one for one in Listed.asked if one["package"]["name"] == weak)
    Listed.weak = (weak, chosen["version"])
    said = looked(listed)
    assert said.returncode == 1
    assert f"{weak} {chosen['version']}: MADE-UP-1" in said.stdout


def test_a_list_that_does_not_answer_is_no_good_news() -> None:
    said = looked("http://127.0.0.1:9")
    assert said.returncode == 2
    assert "does not answer" in said.stderr
