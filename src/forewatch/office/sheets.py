"""What a sheet of accounts says, row by row: an account to be, or what is wrong in which column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from forewatch.access.actions import longest
from forewatch.access.models import Organisation, User
from forewatch.access.rules import PURPOSES, Purpose, Role
from forewatch.access.words import PURPOSE_NAMES, ROLE_NAMES
from forewatch.office.reading import Row
from forewatch.places.models import Area
from forewatch.places.queries import villages
from forewatch.register.rules.dates import NotADate, Precision, birth_date

EVERYWHERE = "*"
T = TypeVar("T")
Wrong = Callable[[str, str], None]
_USERNAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_APART = re.compile(r"[,;|\n]+")


@dataclass(frozen=True)
class Account:
    """An account to be made."""

    name: str
    username: str
    organisation: Organisation
    role: Role
    areas: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    village: str
    until: date

    def role_name(self) -> str:
        """Return the role in the reader's language."""
        return str(ROLE_NAMES[self.role])

    def where(self) -> str:
        """Return the areas."""
        return ", ".join(one or _("every area") for one in self.areas)


@dataclass(frozen=True)
class Trouble:
    """What is wrong, where, in words."""

    line: int
    column: str
    words: str


@dataclass
class Checked:
    """What a sheet comes to."""

    accounts: list[Account] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


class Reader:
    """Reads rows against what is there: organisations, areas, user names."""

    def __init__(self, rows: Sequence[Row], today: date) -> None:
        self._today = today
        self._organisations = {one.code: one for one in Organisation.objects.all()}
        said = {code for row in rows for code in _listed(row.cells.get("areas", ""))}
        self._areas = set(
            Area.objects.filter(code__in=said, valid_to__isnull=True).values_list("code", flat=True)
        )
        homes = {row.cells.get("village", "") for row in rows}
        self._villages = {one.code for one in villages().filter(code__in=homes)}
        self._taken = set(User.objects.values_list("username", flat=True))
        self._roles = _by_name(ROLE_NAMES)
        self._purposes = _by_name(PURPOSE_NAMES)
        self._rows = rows

    def read(self) -> Checked:
        """Return the accounts of the rows that are right, and what is wrong with the others."""
        found = Checked()
        for row in self._rows:
            troubles: list[Trouble] = []
            account = self._account(row, troubles)
            found.troubles += troubles
            if account and not troubles:
                found.accounts.append(account)
        return found

    def _account(self, row: Row, troubles: list[Trouble]) -> Account | None:
        def wrong(column: str, words: str) -> None:
            troubles.append(Trouble(row.line, column, words))

        cells = row.cells
        name = " ".join(cells["name"].split())
        if not name or len(name) > 120:
            wrong("name", _("Write the person's name, up to 120 letters."))
        username = cells.get("username", "").lower() or _romanised(name)
        if name and (trouble := self._username(username)):
            wrong("username", trouble)
        organisation = self._organisations.get(cells["organisation"])
        if organisation is None:
            wrong("organisation", _unknown(_("organisation"), cells["organisation"], self._organisations))
        role = self._roles.get(cells["role"].lower())
        if role is None:
            wrong("role", _unknown(_("role"), cells["role"], [str(one) for one in ROLE_NAMES.values()]))
        elif role is Role.AGENCY:
            wrong("role", _("A program gets a key, not an account; see the page of keys."))
        areas = self._places(cells["areas"], wrong)
        purposes = self._aims(cells.get("purposes", ""), role, wrong)
        village = cells.get("village", "")
        if village and village not in self._villages:
            wrong("village", _("No village has the code %(code)s.") % {"code": village})
        until = self._day(cells["until"], wrong)
        if troubles or organisation is None or role is None or until is None:
            return None
        self._taken.add(username)
        return Account(name, username, organisation, role, areas, purposes, village, until)

    def _username(self, username: str) -> str:
        if not username:
            return _("Add a user name in Latin letters; it cannot be made of this name.")
        if not _USERNAME.fullmatch(username):
            return _("“%(said)s”: use small letters, digits, dots and hyphens.") % {"said": username}
        if username in self._taken:
            return _("The user name %(said)s is taken, here or above in this sheet.") % {"said": username}
        return ""

    def _places(self, said: str, wrong: Wrong) -> tuple[str, ...]:
        codes = _listed(said)
        if not codes:
            wrong("areas", _("Write the code of an area, or * for every area."))
        for code in codes:
            if code != EVERYWHERE and code not in self._areas:
                wrong("areas", _("No area has the code %(code)s.") % {"code": code})
        return tuple("" if code == EVERYWHERE else code for code in codes)

    def _aims(self, said: str, role: Role | None, wrong: Wrong) -> tuple[Purpose, ...]:
        found = []
        for one in _listed(said):
            purpose = self._purposes.get(one.lower())
            if purpose is None:
                wrong("purposes", _unknown(_("purpose"), one, [str(name) for name in PURPOSE_NAMES.values()]))
            elif role and purpose not in PURPOSES[role]:
                wrong(
                    "purposes",
                    _("A %(role)s works for other purposes: %(purposes)s.")
                    % {
                        "role": ROLE_NAMES[role],
                        "purposes": ", ".join(str(PURPOSE_NAMES[each]) for each in PURPOSES[role]) or "–",
                    },
                )
            else:
                found.append(purpose)
        return tuple(found)

    def _day(self, said: str, wrong: Wrong) -> date | None:
        latest = self._today + longest()
        try:
            read = birth_date(said, date(latest.year + 80, 1, 1))
        except NotADate:
            read = None
        if read is None or read.precision is not Precision.DAY:
            wrong("until", _("“%(said)s” is no day. Write it like 2027-06-30 or 30/6/2570.") % {"said": said})
            return None
        if not self._today < read.day <= latest:
            words = _("The last day must lie after today, and within %(days)s days.")
            wrong("until", words % {"days": longest().days})
            return None
        return read.day


def _romanised(name: str) -> str:
    words = name.lower().split()
    return ".".join(words)[:40] if name.isascii() and all(one.isalnum() for one in words) else ""


def _listed(said: str) -> list[str]:
    parts = _APART.split(said) if _APART.search(said) else [said]
    return list(dict.fromkeys(one.strip() for one in parts if one.strip()))


def _unknown(kind: str, said: str, known: Iterable[str]) -> str:
    listed = list(known)
    return _("“%(said)s” is no %(kind)s we know. Known: %(known)s.") % {
        "said": said,
        "kind": kind,
        "known": ", ".join(listed[:20]) or "–",
    }


def _by_name(names: Mapping[T, Any]) -> dict[str, T]:
    """Return each by its own word and by its name in every language, in small letters."""
    found = {str(one).lower(): one for one in names}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(name).lower(): one for one, name in names.items()}
    return found
