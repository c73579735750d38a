"""A database as one file, as it stood at one moment while others went on writing; and back again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from forewatch.storage import fingerprints
from forewatch.storage.fingerprints import Fingerprint

Settings = Mapping[str, Any]
"""Django's entry for a database."""


class CannotCopy(Exception):  # noqa: N818  a sentence for the administrator
    """The database could not be copied or brought back."""


def is_sqlite(settings: Settings) -> bool:
    """Tell whether the database is a file."""
    return str(settings["ENGINE"]).endswith("sqlite3")


def take(settings: Settings, file: Path) -> Mapping[str, Fingerprint]:
    """Write the database into `file`, and return the fingerprint of each table as it stands there.

    Raises CannotCopy, and OSError when the disk is full.
    """
    if not is_sqlite(settings):
        return _dump(settings, file)
    try:
        with closing(sqlite3.connect(settings["NAME"], timeout=30)) as database:
            database.execute("VACUUM INTO ?", [str(file)])
    except sqlite3.Error as problem:
        raise _said(problem) from problem
    return fingerprints.of_sqlite(file)


def _said(problem: sqlite3.Error) -> Exception:
    if "full" in str(problem):
        return OSError("there is no room left for a copy of the database in the data folder")
    return CannotCopy(f"The database could not be copied: {problem}.")


def _dump(settings: Settings, file: Path) -> Mapping[str, Fingerprint]:
    with connected(settings) as database:
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = database.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = row[0] if row else ""
        # The dump and the fingerprints see the very same rows.
        words = [
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={file}",
        ]
        _client("pg_dump", settings, [*words, f"--dbname={settings['NAME']}"])
        return fingerprints.of_postgresql(database)


def bring_back(file: Path, settings: Settings) -> Mapping[str, Fingerprint]:
    """Fill an empty PostgreSQL from a dump, wholly or not at all, and return its fingerprints.

    Raises CannotCopy.
    """
    # What other roles may do is said anew when the server starts.
    words = [
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={settings['NAME']}",
    ]
    _client("pg_restore", settings, [*words, str(file)])
    with connected(settings) as database:
        return fingerprints.of_postgresql(database)


def is_empty(settings: Settings) -> bool:
    """Tell whether there is nothing in the database yet."""
    if is_sqlite(settings):
        return not Path(settings["NAME"]).exists()
    with connected(settings) as database:
        row = database.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return row == (0,)


@contextmanager
def emptied_on_failure(settings: Settings) -> Iterator[None]:
    """Take away what came into an empty database while the `with` lasted, if something goes wrong in it."""
    try:
        yield
    except BaseException:
        if is_sqlite(settings):
            Path(settings["NAME"]).unlink(missing_ok=True)
        else:
            with connected(settings) as database:
                database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        raise


@contextmanager
def beside(settings: Settings, folder: Path) -> Iterator[Settings]:
    """Yield the settings of an empty database like this one: a file in `folder`, or on the same server.

    Raises CannotCopy when this user may make no database there.
    """
    if is_sqlite(settings):
        yield {**settings, "NAME": str(folder / Path(settings["NAME"]).name)}
        return
    name = f"forewatch_drill_{uuid.uuid4().hex[:12]}"
    with connected(settings, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield {**settings, "NAME": name}
    finally:
        with connected(settings, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


_TLS = {
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
}  # fmt: skip
"""Settings of a connection, and what programs of PostgreSQL call them."""


@contextmanager
def connected(settings: Settings, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection of its own to a PostgreSQL. Raises CannotCopy."""
    said = {
        "dbname": settings["NAME"], "user": settings["USER"], "password": settings["PASSWORD"],
        "host": settings["HOST"], "port": settings["PORT"], **_tls(settings),
    }  # fmt: skip
    try:
        with psycopg.connect(autocommit=autocommit, **{k: v for k, v in said.items() if v}) as database:
            yield database
    except psycopg.Error as problem:
        raise CannotCopy(f"PostgreSQL said: {_first_line(problem)}.") from problem


def _tls(settings: Settings) -> dict[str, str]:
    """Return how the database is reached by TLS, as the application reaches it."""
    return {name: str(value) for name, value in settings.get("OPTIONS", {}).items() if name in _TLS}


def _client(program: str, settings: Settings, words: list[str]) -> None:
    at = {"--host": settings["HOST"], "--port": settings["PORT"], "--username": settings["USER"]}
    command = [program, "--no-password", *(f"{name}={value}" for name, value in at.items() if value), *words]
    environment = os.environ | ({"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {})
    environment |= {_TLS[name]: value for name, value in _tls(settings).items()}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise CannotCopy(
            f"The program {program} is missing. On Debian or Ubuntu: sudo apt-get install postgresql-client"
        ) from None
    if done.returncode:
        raise CannotCopy(f"{program} said: {_first_line(done.stderr)}.")


def _first_line(problem: object) -> str:
    return str(problem).strip().split("\n", 1)[0].rstrip(".")
