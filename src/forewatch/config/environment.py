"""What the environment must say before anything starts, each missing thing named with the way to get it."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time as hour
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from forewatch.access.rules import Protocol
from forewatch.access.terms import VARIABLES, Terms
from forewatch.storage.backups import Kind

NODE = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
SQLITE_FILE = "forewatch.sqlite3"
KEYSTORE_FILE = "keystore.sqlite3"
CACHE_KIB, KEYSTORE_CACHE_KIB = 65_536, 8_192
"""Of SQLite, for each connection; keys are short, and asked for by their exact id."""
INDEX = "chiang-mai-28"
"""The index that people are assessed by and asked for: a shipped one by its id, or a definition file."""

COUNTRY = "TH"
"""Where the first installation stands; another country names itself."""

RESCORE_AT = "02:00"
STATEMENT_SECONDS, LONGEST_STATEMENT = 5, 60
"""Seconds that PostgreSQL may look into one question of a page: more than any of ours takes in a province."""
BACKUP_KEPT = ("intake", "tiles", "files", "audit-heads", "audit-signing.key")
"""What of the data folder goes along with the database into a backup."""
RECIPIENTS = {Kind.DATA: "FOREWATCH_BACKUP_RECIPIENT", Kind.KEYS: "FOREWATCH_BACKUP_KEYS_RECIPIENT"}
"""The setting that names the public key of each half of a backup."""


class SettingMissing(RuntimeError):  # noqa: N818  a sentence for the administrator
    """The environment lacks a setting, or holds one that cannot be used."""


@dataclass(frozen=True)
class Environment:
    """The settings of one installation, checked."""

    demo: bool
    secret_key: str
    seal_key: bytes
    lookup_key: bytes
    old_seal_key: bytes
    """The master key before this one, while what it wrapped is wrapped anew; empty otherwise."""
    locked: bool
    """Without keys: concerns are taken in, and nothing opens."""
    inbox: str
    """The public key to which concerns and files are sealed while it is locked; empty where there is none."""
    inbox_key: str
    node: str
    data_dir: Path
    hosts: tuple[str, ...]
    database: dict[str, Any]
    pages_role: str
    """The role by which pages reach PostgreSQL, which owns nothing; empty with SQLite."""
    statement_seconds: int
    keystore: dict[str, Any]
    """The database of the data keys: apart from the other, and backed up apart from it."""
    secure: bool
    protocol: Protocol
    country: str
    """Its ISO 3166 code: what is handed over to another one crosses a border."""
    index: str
    rescore_at: hour | None
    """From when on everybody is assessed each day, by the clock of the machine; None for never."""
    terms: Terms
    password_words: tuple[str, ...]
    """Words of this place that no password is made of, besides the names of offices and areas."""
    breached: str
    """The list of leaked passwords: a file or a folder on this machine; empty where there is none."""
    audit_heads: Path
    """The folder that signed heads of the audit trail are appended to; best on another machine."""
    audit_heads_also: tuple[Path, ...]
    """Further folders that get them, best of another organisation."""
    backup_recipients: Mapping[Kind, str]
    """The public keys that the halves of backups are encrypted to; empty where nobody has made one."""
    passkeys: bool
    """Whether roles that read what others wrote sign in with a passkey and nothing else."""
    backup_into: Path | None
    backup_keys_into: Path | None


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """Read the settings from environment variables.

    Raises SettingMissing with a sentence that names the variable and how to make a value.
    """
    said = os.environ if environ is None else environ
    demo, locked = said.get("FOREWATCH_DEMO") == "1", said.get("FOREWATCH_LOCKED") == "1"
    data_dir = Path(
        _needed(said, "FOREWATCH_DATA_DIR", "the folder that holds the data, e.g. /var/lib/forewatch")
    )
    main, url = said.get("DATABASE_URL", ""), said.get("FOREWATCH_KEYSTORE_URL", "")
    if url and url == main:
        raise SettingMissing(
            "FOREWATCH_KEYSTORE_URL names the database itself. The keys of people lie in another one, so "
            "that no copy holds both."
        )
    authority = _there(said, "FOREWATCH_DATABASE_CA")
    heads, *also = heads_folders(said.get("FOREWATCH_AUDIT_HEADS", ""), data_dir)
    return Environment(
        demo=demo,
        secret_key=_long(said, "SECRET_KEY"),
        seal_key=b"" if locked else _key(said, "FOREWATCH_SEAL_KEY"),
        lookup_key=b"" if locked else _key(said, "FOREWATCH_LOOKUP_KEY"),
        old_seal_key=_key(said, "FOREWATCH_OLD_SEAL_KEY") if said.get("FOREWATCH_OLD_SEAL_KEY") else b"",
        locked=locked,
        inbox=said.get("FOREWATCH_INBOX", "").strip(),
        inbox_key=said.get("FOREWATCH_INBOX_KEY", "").strip(),
        node=_node(said),
        data_dir=data_dir,
        hosts=tuple(
            _needed(said, "ALLOWED_HOSTS", "the names this server answers to, separated by commas").split(",")
        ),
        database=database(main, data_dir / SQLITE_FILE, authority=authority),
        pages_role=said.get("FOREWATCH_PAGES_ROLE", "").strip(),
        keystore=database(
            url, data_dir / KEYSTORE_FILE, "FOREWATCH_KEYSTORE_URL", KEYSTORE_CACHE_KIB, authority
        ),
        # Without TLS in front, cookies marked secure would never come back: only the demonstration does so.
        secure=not demo,
        audit_heads=heads,
        audit_heads_also=tuple(also),
        rescore_at=_hour(said, "FOREWATCH_RESCORE_AT", RESCORE_AT),
        password_words=tuple(
            one.strip() for one in said.get("FOREWATCH_PASSWORD_WORDS", "").split(",") if one.strip()
        ),
        breached=_there(said, "FOREWATCH_BREACHED"),
        terms=Terms(
            **{one.field: _whole(said, one.name, one.proposed, one.least, one.most) for one in VARIABLES}
        ),
        statement_seconds=_whole(
            said, "FOREWATCH_STATEMENT_SECONDS", STATEMENT_SECONDS, 1, LONGEST_STATEMENT
        ),
        protocol=_protocol(said),
        passkeys=not demo and _passkeys(said),
        country=_country(said),
        index=said.get("FOREWATCH_INDEX", "").strip() or INDEX,
        backup_recipients=_recipients(said),
        backup_into=_folder(said, "FOREWATCH_BACKUP_INTO"),
        backup_keys_into=_folder(said, "FOREWATCH_BACKUP_KEYS_INTO"),
    )


def of_pages(said: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the web server: it reaches PostgreSQL by a role that owns nothing.

    Raises SettingMissing when there is no such role.
    """
    role, password = said.get("FOREWATCH_PAGES_ROLE", "").strip(), said.get("FOREWATCH_PAGES_PASSWORD", "")
    urls = {name: said[name] for name in ("DATABASE_URL", "FOREWATCH_KEYSTORE_URL") if said.get(name)}
    if urls and not role:
        raise SettingMissing(
            "FOREWATCH_PAGES_ROLE is not set. It names the role by which pages reach PostgreSQL; it owns "
            "nothing, so that the database shows it only who the reader may see. Make it as a superuser "
            "(CREATE ROLE forewatch_pages LOGIN PASSWORD '...'), and set FOREWATCH_PAGES_PASSWORD."
        )
    who = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
    return {name: value for name, value in said.items() if name != "FOREWATCH_PAGES_PASSWORD"} | {
        name: urlsplit(url)._replace(netloc=f"{who}@{urlsplit(url).netloc.rpartition('@')[2]}").geturl()
        for name, url in urls.items()
    }


def _folder(said: Mapping[str, str], name: str) -> Path | None:
    value = said.get(name, "").strip()
    return Path(value) if value else None


def _recipients(said: Mapping[str, str]) -> dict[Kind, str]:
    found = {kind: said.get(name, "").strip() for kind, name in RECIPIENTS.items()}
    if found[Kind.DATA] and found[Kind.DATA] == found[Kind.KEYS]:
        raise SettingMissing(
            f"{RECIPIENTS[Kind.KEYS]} is the same key as {RECIPIENTS[Kind.DATA]}. The keys of people are "
            "encrypted to another one, so that nobody who holds one secret key reads a name from backups. "
            "Make it with: forewatch new-backup-key keys FILE"
        )
    return found


def _there(said: Mapping[str, str], name: str) -> str:
    value = said.get(name, "").strip()
    if value and not Path(value).exists():
        raise SettingMissing(f"{name} names {value}, where nothing is. Put the list there, or leave it out.")
    return value


def heads_folders(said: str, data_dir: Path) -> list[Path]:
    """Return the folders of signed heads: those said, parted as in PATH, or one in the data folder."""
    found = [Path(one.strip()) for one in said.split(os.pathsep) if one.strip()]
    return list(dict.fromkeys(found)) or [data_dir / "audit-heads"]


def _needed(said: Mapping[str, str], name: str, what: str) -> str:
    value = said.get(name, "").strip()
    if not value:
        raise SettingMissing(f"{name} is not set. It names {what}.")
    return value


def _long(said: Mapping[str, str], name: str) -> str:
    value = said.get(name, "")
    if len(value) < 50:
        raise SettingMissing(
            f"{name} is missing or shorter than 50 characters. Make one with: forewatch new-keys"
        )
    return value


def _key(said: Mapping[str, str], name: str) -> bytes:
    try:
        value = base64.b64decode(said.get(name, ""), validate=True)
    except binascii.Error:
        value = b""
    if len(value) != 32:
        raise SettingMissing(
            f"{name} is not a key: 32 bytes in base64 are needed. Where there are data already it is the "
            "one from before; another one opens nothing. For a new installation, and no other, make it with: "
            "forewatch new-keys. Keep it apart from the backups."
        )
    return value


def _hour(said: Mapping[str, str], name: str, otherwise: str) -> hour | None:
    value = said.get(name, otherwise).strip()
    if not value or value == "never":
        return None
    try:
        return hour.fromisoformat(value)
    except ValueError:
        raise SettingMissing(f"{name} is {value!r}; write an hour like 02:00, or never.") from None


def _whole(said: Mapping[str, str], name: str, otherwise: int, least: int, most: int) -> int:
    """Return a number whose unit stands at the end of the name of its variable. Raises SettingMissing."""
    value, unit = said.get(name, "").strip() or str(otherwise), name.rpartition("_")[2].lower()
    if not value.isdecimal() or not least <= int(value) <= most:
        raise SettingMissing(
            f"{name} is {value!r}; write a whole number of {unit} from {least} to {most}, e.g. {otherwise}."
        )
    return int(value)


def _passkeys(said: Mapping[str, str]) -> bool:
    """Tell whether roles that read need a passkey. Raises SettingMissing."""
    found = said.get("FOREWATCH_PASSKEYS", "").strip() or "required"
    if found not in ("required", "optional"):
        raise SettingMissing(
            f"FOREWATCH_PASSKEYS is {found!r}. Write required (whoever reads what others wrote signs in "
            "with a passkey) or optional (the code of an app will do)."
        )
    return found == "required"


def _protocol(said: Mapping[str, str]) -> Protocol:
    value = said.get("FOREWATCH_PROTOCOL", "").strip() or Protocol.SINGLE_OFFICE
    try:
        return Protocol(value)
    except ValueError as problem:
        possible = " or ".join(Protocol)
        raise SettingMissing(f"FOREWATCH_PROTOCOL is {value!r}; it is {possible}.") from problem


def _country(said: Mapping[str, str]) -> str:
    value = said.get("FOREWATCH_COUNTRY", "").strip() or COUNTRY
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise SettingMissing(f"FOREWATCH_COUNTRY is {value!r}; write its two capital letters, e.g. TH.")
    return value


def _node(said: Mapping[str, str]) -> str:
    value = _needed(said, "FOREWATCH_NODE", "this installation in every row it makes, e.g. chiangmai-1")
    if not NODE.fullmatch(value):
        raise SettingMissing(
            f"FOREWATCH_NODE is {value!r}; use up to 16 small letters, digits and hyphens, e.g. chiangmai-1."
        )
    return value


def database(
    url: str, file: Path, name: str = "DATABASE_URL", cache_kib: int = CACHE_KIB, authority: str = ""
) -> dict[str, Any]:
    """Return Django's entry for a database: SQLite in `file`, or the PostgreSQL that `url` names.

    One on another machine is reached by TLS alone, with a certificate for its name that `authority` signed.
    """
    if not url:
        return sqlite(file, cache_kib)
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingMissing(
            f"{name} begins with {parts.scheme!r}; Forewatch knows "
            "postgres://user:password@host:port/name. Leave it out for SQLite."
        )
    host = unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "OPTIONS": {} if _is_here(host) else _tls(name, authority),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _is_here(host: str) -> bool:
    """Tell whether a database is reached by a socket or the loopback, where nobody listens in between."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _tls(name: str, authority: str) -> dict[str, str]:
    if not authority:
        raise SettingMissing(
            f"{name} names a database on another machine, and FOREWATCH_DATABASE_CA is not set. It names the "
            "file with the certificate of the authority that signed the database's own (PEM)."
        )
    return {"sslmode": "verify-full", "sslrootcert": authority, "ssl_min_protocol_version": "TLSv1.2"}


def sqlite(file: Path, cache_kib: int = CACHE_KIB) -> dict[str, Any]:
    """Return Django's entry for an SQLite file in which an acknowledged save survives a power cut.

    WAL lets readers go on while somebody writes; `synchronous=FULL` waits for the disk at every commit;
    IMMEDIATE takes the write lock at the start, so that two writers wait for each other instead of failing.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                f"PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA cache_size=-{cache_kib};"
            ),
        },
    }
