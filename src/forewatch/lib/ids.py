"""Identifiers that any node can mint without asking another."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): unique without a server, and in the order of its making."""
    return uuid7()


def first_id_at(moment: datetime) -> uuid.UUID:
    """Return what every id made before a moment is less than, and no later one."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's characters: none is taken for another when read out."""


def new_receipt() -> str:
    """Return a random number for whoever hands something in: it opens nothing, and tells nothing."""
    letters = "".join(secrets.choice(CROCKFORD) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"
