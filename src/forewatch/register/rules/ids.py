"""Ids as pages send them back."""

from __future__ import annotations

import uuid


def read_id(text: str) -> uuid.UUID | None:
    """Return an id from text, or None when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
