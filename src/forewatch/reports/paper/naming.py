"""The names and addresses of an approved list, opened for one printing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from forewatch.access.sealing import keys_at_hand
from forewatch.register.models import Identity, Residence
from forewatch.register.sealed import Address, open_address, open_who
from forewatch.reports.paper.visits import Content


@dataclass(frozen=True)
class Named:
    """Names by person and addresses by household; empty for a list with codes only."""

    people: Mapping[uuid.UUID, str] = field(default_factory=dict)
    homes: Mapping[uuid.UUID, str] = field(default_factory=dict)


CODES_ONLY = Named()


def named(content: Content) -> Named:
    """Return the names and addresses of everybody on a list. Whoever calls this writes the audit row."""
    doors = [one.door for one in content.visits]
    identities = list(
        Identity.objects.filter(person__in=[due.person.pk for one in doors for due in one.people])
    )
    with keys_at_hand(one.person_id for one in identities):
        names = {one.person_id: open_who(one.person_id, bytes(one.sealed)).full() for one in identities}
    homes = list(
        Residence.objects.filter(
            household__in=[one.household.pk for one in doors], valid_to__isnull=True, address__isnull=False
        )
    )
    with keys_at_hand(one.pk for one in homes):
        lines = {one.household_id: _line(open_address(one.pk, bytes(one.address or b""))) for one in homes}
    return Named({person: name for person, name in names.items() if name}, lines)


def _line(address: Address) -> str:
    return ", ".join(part for part in (address.house, address.hamlet, address.directions) if part)
