"""The engines: each turns accepted tables into the same results (index-spec sections 3 to 6)."""

from __future__ import annotations

from forewatch.analysis.tables import Results, Tables

__all__ = ["Results", "Tables"]
