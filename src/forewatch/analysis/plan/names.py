"""How names, words and dates are written in SQL."""

from __future__ import annotations

from datetime import date


def quoted(name: str) -> str:
    """Return a name as a quoted SQL identifier; names in a definition hold no quotes."""
    return f'"{name}"'


def text(value: str) -> str:
    """Return a quoted SQL string."""
    return "'" + value.replace("'", "''") + "'"


def day(value: date) -> str:
    """Return a date as SQL."""
    return f"CAST('{value.isoformat()}' AS DATE)"
