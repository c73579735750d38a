"""Triggers by which a database itself refuses to change or remove rows."""

from __future__ import annotations

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or removed'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of {table} are never changed or removed'; END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()
"""
_VERBS = {"sqlite": ("UPDATE", "DELETE"), "postgresql": ("UPDATE", "DELETE", "TRUNCATE")}


def statements(vendor: str, table: str, verbs: tuple[str, ...] = ()) -> list[str]:
    """Return the SQL that makes `table` append-only on a database of `vendor` ("sqlite", "postgresql").

    `verbs` narrows what is refused (of UPDATE, DELETE, TRUNCATE); by default all that the database knows.
    """
    refused = [verb for verb in _VERBS[vendor] if not verbs or verb in verbs]
    if vendor == "sqlite":
        return [_SQLITE.format(table=table, verb=verb) for verb in refused]
    made = [_POSTGRES_TRIGGER.format(table=table, verb=verb) for verb in refused]
    return [_POSTGRES_FUNCTION.format(table=table), *made]
