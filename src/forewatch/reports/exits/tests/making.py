"""A key of a made-up recipient, and wishes to hand over."""

from __future__ import annotations

from typing import Any

import pyrage

from forewatch.places.models import Area
from forewatch.reports.exits.actions import Wish

RECIPIENT = pyrage.x25519.Identity.generate()


def wish(area: Area, **others: Any) -> Wish:
    """Return a wish for a file about everybody of an area."""
    values: dict[str, Any] = {
        "whom": "all",
        "recipient": "Made-up Shelter, Ms Example",
        "country": "TH",
        "key": str(RECIPIENT.to_public()),
        "basis": "Agreement 7/2569",
        "reason": "places in the made-up school bus",
        "with_names": False,
    }
    return Wish(area=area, **(values | others))
