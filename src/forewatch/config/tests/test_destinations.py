"""A real installation connects to this machine and to its databases, and to nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forewatch.config.destinations import hosts_of
from forewatch.config.tests.test_environment import whole

SCRIPT = """
import django, socket, sys, urllib.request
django.setup()
def tried(act):
    try:
        act()
    except Exception as problem:
        return type(getattr(problem, "reason", problem)).__name__
    return "done"
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("203.0.113.9", 53))
with socket.create_server(("127.0.0.1", 0)) as door:
    here = door.getsockname()[1]
    print(tried(lambda: socket.create_connection(("127.0.0.1", here), timeout=2).close()))
print(tried(lambda: socket.create_connection(("203.0.113.9", 80), timeout=2)))
print(tried(lambda: socket.getaddrinfo("partner.example", 443)))
print(tried(lambda: urllib.request.urlopen("http://203.0.113.9/", timeout=2)))
print(tried(udp))
"""


@pytest.mark.parametrize(
    ("demo", "expected"), [("0", ["done", "NotAllowed", "NotAllowed", "NotAllowed", "NotAllowed"])]
)
def test_an_installation_reaches_nobody_else(tmp_path: Path, demo: str, expected: list[str]) -> None:
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("FOREWATCH_", "DATABASE_"))
    }
    said = ours | whole(FOREWATCH_DATA_DIR=str(tmp_path), FOREWATCH_DEMO=demo)
    said["DJANGO_SETTINGS_MODULE"] = "forewatch.config.settings"

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=said, capture_output=True, text=True, check=False
    )

    assert done.stdout.split() == expected, done.stderr


def test_the_hosts_of_databases_are_those_of_the_settings() -> None:
    assert hosts_of([{"HOST": "db.example"}, {"HOST": ""}, {"NAME": "file"}]) == {"db.example"}
