"""Who somebody is, and where a household lives exactly: sealed on the way in, opened only for a reveal.

The keys for finding people are made here too, of exact, normalised values.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forewatch.access.rules import DataClass
from forewatch.access.sealing import if_it_opens, lookup_key, seal, unseal
from forewatch.register.models import BreakGlass, IdentityKey, Merge
from forewatch.register.rules.names import name_key
from forewatch.register.rules.numbers import NumberState

_IDENTITY, _RESIDENCE = "register_identity", "register_residence"
_DRAFT, _CORRECTION = "register_draft", "register_correction"
_SOURCE = "register_source"


@dataclass(frozen=True, slots=True)
class Who:
    """A person's identity. `number` is the citizen number, already checked; empty unless the state is HAS."""

    given: str = ""
    family: str = ""
    title: str = ""
    other_names: str = ""
    number_state: NumberState = NumberState.NOT_ASKED
    number: str = ""
    phone: str = ""
    remarks: str = ""

    def full(self) -> str:
        """Return the name as one line."""
        return " ".join(part for part in (self.title, self.given, self.family) if part)

    def family_key(self) -> str:
        """Return the family name as a key."""
        return name_key(self.family)


NOBODY_KNOWN = Who()


@dataclass(frozen=True, slots=True)
class Address:
    """The exact home: hamlet or moo, house number, and how to find it."""

    hamlet: str = ""
    house: str = ""
    directions: str = ""


def _filled(value: Who | Address) -> dict[str, Any]:
    # Not `asdict`, which copies every value: an import seals millions.
    return {name: str(one) for name in value.__slots__ if (one := getattr(value, name))}


def seal_who(person_id: uuid.UUID, who: Who) -> bytes:
    """Return a person's identity, sealed for their row."""
    return seal(_filled(who), table=_IDENTITY, row=person_id)


def open_who(person_id: uuid.UUID, sealed: bytes) -> Who:
    """Return a person's identity. Whoever calls this writes the audit row of the reveal."""
    found = unseal(sealed, table=_IDENTITY, row=person_id)
    state = NumberState(found.pop("number_state", NumberState.NOT_ASKED))
    return Who(**found, number_state=state)


def seal_address(residence_id: uuid.UUID, address: Address) -> bytes | None:
    """Return an exact address, sealed for its row; None when it says nothing."""
    filled = _filled(address)
    return seal(filled, table=_RESIDENCE, row=residence_id) if filled else None


def open_address(residence_id: uuid.UUID, sealed: bytes | None) -> Address:
    """Return an exact address. Whoever calls this writes the audit row of the reveal."""
    return Address(**unseal(sealed, table=_RESIDENCE, row=residence_id)) if sealed else Address()


def seal_draft(draft_id: uuid.UUID, typed: Mapping[str, list[str]]) -> bytes:
    """Return what somebody typed, sealed for the draft's row."""
    return seal(dict(typed), table=_DRAFT, row=draft_id)


def open_draft(draft_id: uuid.UUID, sealed: bytes) -> dict[str, list[str]]:
    """Return what somebody typed."""
    typed: dict[str, list[str]] = unseal(sealed, table=_DRAFT, row=draft_id)
    return typed


def seal_correction(row: uuid.UUID, typed: Mapping[str, list[str]]) -> bytes:
    """Return what somebody typed for a colleague to check, sealed for its row."""
    return seal(dict(typed), table=_CORRECTION, row=row)


def open_correction(row: uuid.UUID, sealed: bytes) -> dict[str, list[str]]:
    """Return what is to be checked. Whoever calls this writes the audit row, where it says names."""
    typed: dict[str, list[str]] = unseal(sealed, table=_CORRECTION, row=row)
    return typed


def seal_source(row: uuid.UUID, name: str) -> bytes:
    """Return who a source is, sealed for its row."""
    return seal(name, table=_SOURCE, row=row, data_class=DataClass.SOURCE)


def open_source(row: uuid.UUID, sealed: bytes) -> str:
    """Return who a source is. Whoever calls this writes the audit row."""
    name: str = unseal(sealed, table=_SOURCE, row=row, data_class=DataClass.SOURCE)
    return name


def seal_reason(of: type[BreakGlass | Merge], row: uuid.UUID, words: str) -> bytes | None:
    """Return why somebody did what a row says, sealed for it; None where they did not say."""
    return seal(words, table=of._meta.db_table, row=row) if words else None


def reason_of(row: BreakGlass | Merge) -> str:
    """Return why somebody did what a row says; empty where nobody said, and while Forewatch is locked."""
    return if_it_opens(row.sealed, table=row._meta.db_table, row=row.pk) or ""


def number_key(number: str) -> bytes:
    """Return the key of a citizen number that `rules.numbers.citizen_id` gave."""
    return lookup_key(IdentityKey.Kind.CITIZEN_ID, number)


def person_reference_key(source_code: str, reference: str) -> bytes:
    """Return the key of a source's own number of a person."""
    return lookup_key(IdentityKey.Kind.REFERENCE, source_code, reference)


def household_reference_key(source_code: str, reference: str) -> bytes:
    """Return the key of a source's own number of a household."""
    return lookup_key("household", source_code, reference)


def keys_of(who: Who, birth_year: int | None, village: str) -> Iterator[tuple[IdentityKey.Kind, bytes]]:
    """Yield the keys by which a person is found: citizen number, name with birth year, and with village.

    The year, not the day: many papers know no more. Whoever shares such a key is proposed, never matched.
    """
    if who.number:
        yield IdentityKey.Kind.CITIZEN_ID, number_key(who.number)
    name = name_key(who.given, who.family)
    if not who.given or not name or birth_year is None:
        return
    yield IdentityKey.Kind.NAME_BIRTH, lookup_key(IdentityKey.Kind.NAME_BIRTH, name, str(birth_year))
    if village:
        kind = IdentityKey.Kind.NAME_BIRTH_VILLAGE
        yield kind, lookup_key(kind, name, str(birth_year), village)
