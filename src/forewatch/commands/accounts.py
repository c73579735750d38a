"""`forewatch accounts load`: the accounts of a sheet, the first of them too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forewatch.commands.serving import open_database

if TYPE_CHECKING:
    from forewatch.office.accounts import Strip


class SheetWrong(Exception):  # noqa: N818  a sentence
    """The sheet cannot be read, or says what cannot be; nothing was made."""


def load(file: Path, organisations: Mapping[str, str]) -> str:
    """Make the accounts of a sheet, and the organisations that are new, and return the strips to print.

    Raises SheetWrong, SettingMissing, and OSError when the file cannot be opened.
    """
    open_database()
    from django.db import transaction
    from django.utils import timezone

    from forewatch.access.actions import make_organisation
    from forewatch.office.accounts import load_accounts
    from forewatch.office.reading import rows_of
    from forewatch.office.sheets import Reader
    from forewatch.ui.problems import Problem

    try:
        with file.open("rb") as opened:
            rows = rows_of(opened, file.name, file.stat().st_size)
        with transaction.atomic():
            for code, name in organisations.items():
                make_organisation(code=code, name=name, now=timezone.now())
            checked = Reader(rows, timezone.localdate()).read()
            if checked.troubles:
                raise SheetWrong(
                    "\n".join(
                        ["No account is made. Put right in the sheet:"]
                        + [f"  row {one.line}, {one.column}: {one.words}" for one in checked.troubles]
                    )
                )
            return _words(load_accounts(checked.accounts))
    except Problem as problem:
        raise SheetWrong(str(problem)) from None


def _words(strips: Sequence[Strip]) -> str:
    from django.conf import settings

    days = settings.TERMS.first_code_days
    lines = [
        f"Cut along the lines. Each code works once, for {days} days, at /account/first/ and is not shown "
        "again."
    ]
    for one in strips:
        lines += [
            "- " * 30,
            f"{one.name}, {one.organisation}, {one.role}",
            f"user name: {one.username}    first sign-in code: {one.code}",
        ]
    return "\n".join(lines)
