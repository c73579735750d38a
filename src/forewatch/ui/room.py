"""Whether whoever saved last found no room: the disk of a database elsewhere shows itself nowhere else.

Kept in the memory of this program, which answers all pages of an installation.
"""

from __future__ import annotations

from time import monotonic

REMEMBERED = 600.0
"""Seconds for which a refusal counts where nobody has saved since: there may be room again."""
_refused: list[float] = []


def note_refused() -> None:
    """Note that something could not be saved for want of room."""
    _refused[:] = [monotonic()]


def note_saved() -> None:
    """Note that something was saved, so that there is room."""
    _refused.clear()


def is_wanting() -> bool:
    """Tell whether the last who wanted to save was refused, not long ago."""
    return any(monotonic() - one < REMEMBERED for one in _refused)
