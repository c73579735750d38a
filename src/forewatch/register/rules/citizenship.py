"""Whose papers leave them outside: the answers at which the index sees a lack (its indicator S1)."""

from __future__ import annotations

VARIABLE = "papers"
"""The variable of the definition that says which identity documents somebody holds."""
WITHOUT_PAPERS = frozenset({"pending", "expired", "limited", "none", "refused"})
