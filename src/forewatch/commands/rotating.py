"""`forewatch rotate-keys`: a new master key for new passphrases, and the end of the old one."""

from __future__ import annotations

import os
from pathlib import Path

from forewatch.commands import key_file, rewrapping
from forewatch.commands.key_file import Ask, DoesNotOpen
from forewatch.commands.keys import new_keys

NOW, BEFORE = "FOREWATCH_SEAL_KEY", "FOREWATCH_OLD_SEAL_KEY"


def rotate(file: Path, *, custodians: bool = False, ask: Ask | None = None) -> str:
    """Put a new master key into the file with the old one beside it, for new passphrases; the others stay.

    Returns what to do next. Raises SettingMissing when nobody can be asked, DoesNotOpen, and ValueError when
    it is not the turn for that or the passphrases will not do.
    """
    held = key_file.opened(file, key_file.typed(key_file.needed(file), ask))
    if BEFORE in held:
        raise ValueError(
            "The old key is still in this file: run forewatch rewrap first, then rotate-keys --done."
        )
    several = custodians or key_file.people(file) > 1
    passphrases = key_file.chosen(key_file.CUSTODIANS if several else 1, ask)
    if key_file.are_all(file, passphrases):
        raise ValueError(
            "These are the passphrases from before, and whoever left may know one: choose anew. "
            "Nothing was changed."
        )
    key_file.write(file, held | {NOW: new_keys()[NOW], BEFORE: held[NOW]}, passphrases)
    by_itself = os.environ.get(key_file.PASSPHRASE_FILE, "").strip()
    return (
        "A new master key is in the file, the old one beside it, and only what was typed now opens it. "
        + (f"Write the new passphrase into {by_itself}. " if by_itself else "")
        + "Start the server again, then run forewatch rewrap while it works, then forewatch rotate-keys "
        + "--done."
    )


def done(file: Path, *, ask: Ask | None = None) -> str:
    """Take the old master key out of the file, once the new one opens all there is.

    Returns what to do next. Raises SettingMissing, DoesNotOpen, and ValueError with what is to be done first.
    """
    named = os.environ.get(key_file.FILE, "").strip()
    if not named or Path(named).resolve() != file.resolve():
        # Beside other data all would seem well, and the names of this one would be lost.
        raise ValueError(f"Run this in the environment of the server, where {key_file.FILE} names this file.")
    # Each share is made anew, so that each custodian has to come; a slip would make one useless.
    passphrases = key_file.typed(key_file.people(file), ask)
    if not key_file.are_all(file, passphrases):
        raise DoesNotOpen(f"{file} does not open with this. Nothing was changed; try again.")
    held = key_file.opened(file, passphrases[: key_file.needed(file)])
    if BEFORE not in held:
        raise ValueError("There is no old key in this file.")
    os.environ.update(held)
    if why_not := rewrapping.left():
        raise ValueError(f"{why_not} The old key is still in the file.")
    del held[BEFORE]
    key_file.write(file, held, passphrases)
    return (
        "The old key is gone from the file. Start the server again, make a backup, and put copies of the "
        "file in place of those in the safes."
    )
