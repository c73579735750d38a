"""Pseudonyms that people can read out: P-7K3M-Q2X9-TAC for a person, H-… for a household.

A code is made of the last 50 bits of the row's own id, which are random wherever the id was minted, so that
any node makes codes without asking another. Crockford's 32 characters leave out I, L, O and U; the last
character checks the others: it finds every wrong character and every two that changed places.
"""

from __future__ import annotations

import uuid

from forewatch.lib.ids import CROCKFORD

PERSON, HOUSEHOLD = "P", "H"
_LENGTH = 10
_READ = {**{one: place for place, one in enumerate(CROCKFORD)}, "I": 1, "L": 1, "O": 0}
_REDUCTION = 0b100101
"""x^5 + x^2 + 1: makes of five bits a field, in which multiplying by x visits every value but 0."""


def code_for(kind: str, row: uuid.UUID) -> str:
    """Return the code of a row of this kind (`PERSON`, `HOUSEHOLD`)."""
    bits = row.int
    values = [(bits >> (5 * place)) & 31 for place in reversed(range(_LENGTH))]
    return _written(kind, [*values, _check(values)])


def read_code(written: str) -> str | None:
    """Return a code as it stands in the register, however it was typed; None when it cannot be one."""
    plain = written.strip().upper().replace("-", "").replace(" ", "")
    kind, values = plain[:1], [_READ.get(one, -1) for one in plain[1:]]
    if kind not in (PERSON, HOUSEHOLD) or len(values) != _LENGTH + 1 or -1 in values:
        return None
    return _written(kind, values) if _check(values[:-1]) == values[-1] else None


def _written(kind: str, values: list[int]) -> str:
    characters = "".join(CROCKFORD[one] for one in values)
    return f"{kind}-{characters[:4]}-{characters[4:8]}-{characters[8:]}"


def _check(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _times_x(total ^ value)
    return total


def _times_x(value: int) -> int:
    shifted = value << 1
    return shifted ^ _REDUCTION if shifted & 32 else shifted
