"""The figures of a month wait for others before anybody reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from forewatch.access.decisions import Actor
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind
from forewatch.risk.models import Release


def propose_release(*, release: Release, by: Actor | None, **_signal: Any) -> None:
    """Ask for a release to be let out; the nightly run asks in nobody's name."""
    file = bytes(release.file)
    made = Exit(
        kind=Kind.RELEASE,
        release=release,
        reason=f"{release.index} {release.month}",
        size=len(file),
        requested_by_id=by.user_id if by else None,
        requested_at=release.made_at,
        # Figures wait longer than people: the month has no others.
        expires_at=release.made_at + timedelta(days=12 * settings.TERMS.exit_days),
    )
    made.sha256 = made.fingerprint(file)
    made.save()
