"""Identifiers that any node can mint without asking another."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): unique without a server, and in the order of its making."""
    return uuid7()
