"""`forewatch new-keys`: secrets for a new installation, and those of a demonstration."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

import pyrage

from forewatch.commands import key_file
from forewatch.commands.key_file import Ask
from forewatch.config import environment

_DEMO_FILE = "demonstration-keys.json"


def new_keys() -> dict[str, str]:
    """Return fresh random secrets, by the name of their environment variable."""
    inbox = pyrage.x25519.Identity.generate()
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FOREWATCH_SEAL_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "FOREWATCH_LOOKUP_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "FOREWATCH_INBOX": str(inbox.to_public()),
        "FOREWATCH_INBOX_KEY": str(inbox),
    }


def into(file: Path, *, custodians: bool, keep: bool = False, ask: Ask | None = None) -> str:
    """Write secrets into a file that a passphrase opens, and return the lines for the environment.

    They are fresh, or those that stand in the environment if asked to `keep` them. Raises ValueError when the
    file is there already, or with what is wrong with a passphrase, and SettingMissing when a key is missing.
    """
    if file.exists():
        raise ValueError(f"{file} is there already, and may be all that opens the names; it stays.")
    kept = _in_clear() if keep else {}
    made = new_keys() | kept
    passphrases = key_file.chosen(key_file.CUSTODIANS if custodians else 1, ask)
    key_file.write(file, made, passphrases)
    lines = (
        f"SECRET_KEY={made['SECRET_KEY']}",
        f"FOREWATCH_KEY_FILE={file.resolve()}",
        f"FOREWATCH_INBOX={made['FOREWATCH_INBOX']}",
        "# Put these lines into the environment of `forewatch serve`, which asks for the passphrase;",
        "# the keys are then in its memory alone. Keep a copy of the file, and the passphrase, in two safes:",
        "# without them nobody can read a name again.",
    )
    gone = ", ".join(name for name in key_file.SECRETS if name in kept)
    return "\n".join([*lines, *([f"# And take {gone} out of it."] if gone else [])])


def _in_clear() -> dict[str, str]:
    """Return the secrets that stand in the environment. Raises SettingMissing."""
    environment.read()
    names = ("SECRET_KEY", "FOREWATCH_INBOX", *key_file.SECRETS)
    return {name: os.environ[name].strip() for name in names if os.environ.get(name, "").strip()}


def shown() -> str:
    """Return fresh secrets as lines for an environment file, with what to do with them."""
    lines = [f"{name}={value}" for name, value in new_keys().items()]
    advice = (
        "# Put these lines into the environment of `forewatch serve`, readable by its user alone.\n"
        "# Keep a copy apart from the backups: without FOREWATCH_SEAL_KEY nobody can read a name again,\n"
        "# and without FOREWATCH_LOOKUP_KEY nothing new matches what is there.\n"
        "# Each name has a key of its own: in keystore.sqlite3, in the data folder, or in the PostgreSQL\n"
        "# that FOREWATCH_KEYSTORE_URL names. Back it up apart from the database: without it no name opens."
    )
    return "\n".join([advice, *lines])


def demonstration(folder: Path) -> dict[str, str]:
    """Return the environment of a demonstration in `folder`, whose secrets are made once and kept there."""
    file = folder / _DEMO_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sink:
            json.dump(new_keys(), sink)
    return {
        **json.loads(file.read_text()),
        "FOREWATCH_DEMO": "1",
        # Its day stands still: a run of tonight would find all its answers aged.
        "FOREWATCH_RESCORE_AT": "never",
        "FOREWATCH_NODE": "demo-1",
        "FOREWATCH_DATA_DIR": str(folder.resolve()),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }
