"""Where this program may connect to: this machine and the hosts of its databases, whoever asks it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from forewatch.access.https import is_loopback


class NotAllowed(ConnectionRefusedError):  # noqa: N818  what the log says
    """Something in this process tried to reach a machine that it has no business with."""


def hosts_of(databases: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the hosts of databases that are reached over a network."""
    return frozenset(str(one["HOST"]) for one in databases if one.get("HOST"))


def keep_to(hosts: frozenset[str]) -> None:
    """Refuse from now on, in this process and for good, every connection to another host."""

    def hook(event: str, told: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            _check(told[1], hosts)
        elif event == "socket.getaddrinfo":
            _check((told[0] or "localhost",), hosts)

    sys.addaudithook(hook)


def _check(address: Any, hosts: frozenset[str]) -> None:
    # A path is a socket on this machine.
    if isinstance(address, (str, bytes)):
        return
    host = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
    if not is_loopback(host) and host not in hosts:
        raise NotAllowed(f"This program does not connect to {host}, but to this machine and its databases.")
