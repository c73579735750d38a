"""The role by which pages reach PostgreSQL: it owns nothing, and the second lock holds for it.

There are five ways in which row-level security stands open without anybody noticing: who reads is the owner
or a superuser; a view reads in its owner's name; a materialised view has none; who reads was said for the
whole connection and stays for the next one; and a constraint says what exists. `holes` looks for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

_ALLOWED = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    # Pages need no temporary table. Only the owner of the database can take this from everybody; where that
    # is somebody else, functions that run as the owner look for temporary tables last all the same.
    "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)
_STAY = "REVOKE UPDATE, DELETE ON audit_event, audit_link FROM {role}"

_RANDOM = (
    "id",
    "code",
    "receipt",
    "token",
    "person_id",
    "household_id",
    "record_id",
    "event_id",
    "user_id",
    "key",
)
"""Columns that the system fills by chance, and keyed hashes, which nobody makes without the key of lookups:
unique with one of them, a row says nothing of anybody."""

_LOOKED_FOR = (
    (
        "SELECT %(role)s::text WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s::text)",
        "There is no role {one}. Make it as a superuser: CREATE ROLE {one} LOGIN PASSWORD '...'",
    ),
    (
        "SELECT rolname FROM pg_roles WHERE rolname = %(role)s AND (rolsuper OR rolbypassrls)",
        "The role {one} may see every row (SUPERUSER or BYPASSRLS). Take that from it: "
        "ALTER ROLE {one} NOSUPERUSER NOBYPASSRLS",
    ),
    (
        # Owners of tables are looked for below.
        "SELECT r.rolname FROM pg_roles r JOIN pg_roles pages ON pages.rolname = %(role)s "
        "AND NOT pages.rolsuper AND r.oid <> pages.oid AND pg_has_role(pages.oid, r.oid, 'MEMBER') "
        "WHERE (r.rolsuper OR r.rolbypassrls) AND NOT EXISTS (SELECT FROM pg_class c "
        "WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace)",
        "The role {role} may become {one}, which may see every row. Take that from it: "
        "REVOKE {one} FROM {role}",
    ),
    (
        "SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
        "JOIN pg_roles pages ON pages.rolname = %(role)s AND pg_has_role(pages.oid, r.oid, 'MEMBER') "
        "WHERE c.relnamespace = 'public'::regnamespace",
        "The role {role} owns tables, or belongs to {one}, which does. An owner sees every row: let another "
        "role own them (REASSIGN OWNED), and REVOKE {one} FROM {role}",
    ),
    (
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
        "AND NOT coalesce(proconfig, '{}') && ARRAY['search_path=public, pg_temp']",
        "The function {one} runs as its owner and looks for tables where others may put theirs. "
        "ALTER FUNCTION {one} SET search_path = public, pg_temp",
    ),
    (
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace "
        "AND NOT coalesce(reloptions && '{security_invoker=true,security_invoker=on}', false)",
        "The view {one} reads in the name of its owner, who sees every row. Remove it, or: "
        "ALTER VIEW {one} SET (security_invoker = true)",
    ),
    (
        "SELECT relname FROM pg_class WHERE relkind = 'm' AND relnamespace = 'public'::regnamespace",
        "The materialised view {one} holds rows that nothing guards. Remove it: DROP MATERIALIZED VIEW {one}",
    ),
    (
        "SELECT DISTINCT split_part(said, '=', 1) FROM pg_db_role_setting, unnest(setconfig) AS said "
        "WHERE said LIKE 'forewatch.%%'",
        "Who reads is said for whole connections ({one} of a role or of the database), so that everybody is "
        "taken for them. Take it back: ALTER ROLE ... RESET {one}, ALTER DATABASE ... RESET {one}",
    ),
    (
        "SELECT t.relname || ' (' || string_agg(a.attname, ', ' ORDER BY a.attname) || ')' "
        "FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid AND t.relrowsecurity "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indisunique GROUP BY t.relname, i.indexrelid "
        "HAVING NOT bool_or(a.attname = ANY (%(random)s))",
        "A unique index over {one} tells whoever writes that somebody else has the same. Remove it.",
    ),
    (
        "SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid AND NOT c.relrowsecurity",
        "The table {one} shows every row to whoever may read it. Guard it again: "
        "ALTER TABLE {one} ENABLE ROW LEVEL SECURITY",
    ),
)


def allow(database: psycopg.Connection[Any], role: str) -> None:
    """Let a role read and write the tables, and nothing beyond: neither change them, nor the audit trail."""
    words = [*_ALLOWED]
    found = database.execute("SELECT to_regclass('audit_event') IS NOT NULL").fetchone()
    if found and found[0]:
        words.append(_STAY)
    for one in words:
        names = {"role": sql.Identifier(role), "database": sql.Identifier(database.info.dbname)}
        database.execute(sql.SQL(one).format(**names))


def holes(database: psycopg.Connection[Any], role: str) -> Iterator[str]:
    """Yield, in a sentence each, the ways in which the lock stands open for a role."""
    for query, sentence in _LOOKED_FOR:
        rows = database.execute(query, {"role": role, "random": list(_RANDOM)})
        for (one,) in rows.fetchall():
            yield sentence.format(one=one, role=role)
