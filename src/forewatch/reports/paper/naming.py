"""The names and addresses of an approved list, opened for one printing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    identities = Identity.objects.filter(person__in=[due.person.pk for one in doors for due in one.people])
    names = {one.person_id: open_who(one.person_id, bytes(one.sealed)).full() for one in identities}
    homes = Residence.objects.filter(
        household__in=[one.household.pk for one in doors], valid_to__isnull=True, address__isnull=False
    )
    return Named(
        {person: name for person, name in names.items() if name},
        {one.household_id: _line(open_address(one.pk, bytes(one.address or b""))) for one in homes},
    )


def _line(address: Address) -> str:
    return ", ".join(part for part in (address.house, address.hamlet, address.directions) if part)
