"""How long identities take to be sealed and opened, each by a key of its own.

    python -m benchmarks.sealing --identities 1700000 --folder /somewhere

Prints the seconds until so many made-up names are sealed, with their keys made, wrapped by the master key and
committed in the keystore; and what one name takes to open, by itself and in a list.
"""

from __future__ import annotations

import argparse
import time
import uuid
from pathlib import Path

from benchmarks import register

CHUNK, OPENED, ALONE = 10_000, 10_000, 1_000


def main() -> None:
    """Seal, and open some."""
    parser = argparse.ArgumentParser(prog="benchmarks.sealing")
    parser.add_argument("--identities", type=int, default=1_700_000)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    register.settle(asked.folder)
    began, last = time.perf_counter(), {}
    for start in range(0, asked.identities, CHUNK):
        last = _sealed(start, min(CHUNK, asked.identities - start))
    took = time.perf_counter() - began
    print(
        f"{asked.identities:,} identities sealed: {took:.1f} s, {1e6 * took / asked.identities:.1f} µs each"
    )
    _open(last)


def _sealed(start: int, number: int) -> dict[uuid.UUID, bytes]:
    from forewatch.access.sealing import keys_at_hand
    from forewatch.lib.ids import new_id
    from forewatch.register.sealed import Who, seal_who

    ids = [new_id() for _ in range(number)]
    with keys_at_hand(ids, new=True):
        return {
            one: seal_who(one, Who(f"Given{start + at}", f"Family{at}", number=f"{start + at:013}"))
            for at, one in enumerate(ids)
        }


def _open(sealed: dict[uuid.UUID, bytes]) -> None:
    from forewatch.access.sealing import keys_at_hand
    from forewatch.register.sealed import open_who

    ids = list(sealed)
    began = time.perf_counter()
    for one in ids[:ALONE]:
        open_who(one, sealed[one])
    alone = (time.perf_counter() - began) / min(ALONE, len(ids))
    began = time.perf_counter()
    with keys_at_hand(ids[:OPENED]):
        for one in ids[:OPENED]:
            open_who(one, sealed[one])
    listed = (time.perf_counter() - began) / min(OPENED, len(ids))
    print(f"one opened: {1000 * alone:.2f} ms by itself, {1000 * listed:.3f} ms in a list of {OPENED:,}")


if __name__ == "__main__":
    main()
