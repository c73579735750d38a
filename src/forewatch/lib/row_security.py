"""Row-level security: policies by which PostgreSQL itself shows only rows whose reader may see them."""

from __future__ import annotations

_STATEMENTS = (
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    # What somebody may write, the decision says; a row that they hand in need not be one that they can read.
    "CREATE POLICY shown ON {table} USING ((SELECT forewatch_whole()) OR {condition}) WITH CHECK (true)",
)


def statements(vendor: str, table: str, condition: str) -> list[str]:
    """Return the SQL by which `table` shows only rows that meet `condition`; none but PostgreSQL has this.

    The owner of the tables sees everything: migrations, jobs and backups are theirs.
    """
    if vendor != "postgresql":
        return []
    return [one.format(table=table, condition=condition) for one in _STATEMENTS]


def of_person(column: str = "person_id") -> str:
    """Return the condition that a row is about somebody whom the reader may see."""
    return f"forewatch_sees_person({column})"


def of_household(column: str = "household_id") -> str:
    """Return the condition that a row is about a household that the reader may see."""
    return f"forewatch_sees_home({column})"
