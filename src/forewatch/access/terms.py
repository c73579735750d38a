"""How long things last and how often they may be done under the access protocol: settings of an office.

Each has the default that the protocol proposes, and a bound beyond which it would protect nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, cast


def _term(otherwise: int, *, most: int, least: int = 1) -> Any:
    return field(default=otherwise, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class Terms:
    """The terms of one installation; the name of each ends with its unit."""

    own_hours: int = _term(24, most=24)
    """An enumerator reads back what they wrote; the database itself shows it no longer than a day."""
    break_glass_hours: int = _term(4, most=24)
    """A household opened in an emergency stays open, and a wish for one waits for a second person."""
    review_hours: int = _term(72, most=168, least=25)
    """Somebody else looks at an emergency, counted from its start, and at names shown singly."""
    new_passkey_hours: int = _term(24, most=168)
    """A new passkey opens no emergency yet."""
    recovery_hours: int = _term(24, most=72)
    """The word of one colleague that somebody lost their second factor waits for that of another."""
    session_hours: int = _term(12, most=24)
    """A sign-in holds at most, however much it is used."""
    first_code_days: int = _term(7, most=14)
    """A first sign-in code opens the door, once."""
    exit_wait_hours: int = _term(24, most=168)
    """What one colleague let out waits, so that a mistake can be stopped."""
    exit_days: int = _term(7, most=30)
    """A request to let something out waits for its decision, and what was let out may be taken."""
    exit_review_days: int = _term(30, most=90)
    """Somebody outside looks at what one colleague let out."""
    list_days: int = _term(7, most=14)
    """A visit list waits for its decision, and may be printed once it was approved."""
    set_aside_days: int = _term(30, most=90)
    """Rows of a file that were set aside stay after the others are in, to be put right."""
    contest_days: int = _term(30, most=90)
    """A contest is answered."""
    telling_days: int = _term(30, most=90)
    """A person is told of what others said about them."""
    singly_names: int = _term(40, most=200)
    """Names that one person shows singly in a day."""
    daily_lists: int = _term(5, most=20, least=0)
    """Lists of names that one person shows in a day without anybody's approval."""
    review_percent: int = _term(2, most=100)
    """Of the names shown singly, those that chance draws to be looked at again."""
    emergencies_percent: int = _term(2, most=10)
    """Of the names shown singly; with more, emergencies have become a habit."""
    second_grades_percent: int = _term(10, most=100)
    """Of graded reports, those that a second grader gets, where several agencies work together."""
    kappa_hundredths: int = _term(60, most=90, least=40)
    """Two graders agree so far at least; with less, a page asks them to talk about their differences."""
    diagonal_percent: int = _term(70, most=90, least=50)
    """Of reports, those whose source and words are graded alike; with more, the grades are hardly two."""
    reason_letters: int = _term(20, most=100, least=10)
    """The reason for an emergency, for letting something out, or for not telling somebody, has at least."""
    idle_minutes: int = _term(15, most=30, least=5)
    """A sign-in holds without use."""
    grant_days: int = _term(366, most=366, least=30)
    """A role lasts at most; then somebody decides again."""
    key_copies_days: int = _term(30, most=30)
    """Copies of people's keys stay on the disk of backups: so long a name that was erased can come back."""
    free_disk_percent: int = _term(10, most=50)
    """Of the disk, or 5 GB where that is less, stay free whatever files bring in."""
    people_months: int = _term(24, most=120)
    """People are kept after they were last seen, concerns after they came, and so on."""
    concerns_months: int = _term(12, most=120)
    sources_months: int = _term(12, most=120)
    contests_months: int = _term(60, most=240)
    audit_months: int = _term(84, most=240, least=84)

    def kept_months(self) -> Mapping[str, int]:
        """Return for how many months things are kept; what is past them is shown, and erased by people."""
        kept = ("people", "concerns", "sources", "contests", "audit")
        return {name: getattr(self, f"{name}_months") for name in kept} | {"words": self.sources_months}


@dataclass(frozen=True)
class Variable:
    """How a term is set: its environment variable, its field, what the protocol proposes, and its bounds."""

    name: str
    field: str
    proposed: int
    least: int
    most: int


VARIABLES: Sequence[Variable] = tuple(
    Variable(f"FOREWATCH_{one.name.upper()}", one.name, cast(int, one.default), **one.metadata)
    for one in fields(Terms)
)


def otherwise(terms: Terms) -> Sequence[tuple[Variable, int]]:
    """Return the terms that are not what the protocol proposes, with what they are."""
    found = [(one, getattr(terms, one.field)) for one in VARIABLES]
    return [(one, value) for one, value in found if value != one.proposed]
