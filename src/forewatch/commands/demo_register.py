"""The register of a demonstration: the made-up province, and one user for each role."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

INDEX, SAMPLES = "chiang-mai-28", "samples"
SQLITE_FILES = tuple(
    f"{name}.sqlite3{end}" for name in ("forewatch", "keystore") for end in ("", "-wal", "-shm")
)
ROLES_SHOWN: Mapping[str, str] = {
    "analyst": "imports files, corrects, sees the province",
    "district-officer": "registers and visits households of a district",
    "district-supervisor": "approves visit lists of a district",
    "volunteer": "hands concerns in, from a village",
    "provincial-lead": "leads the coordination centre",
    "enumerator": "registers, and reads back for a day",
    "social-worker": "sees the households assigned to them",
    "planner": "sees released figures only",
    "police": "sees nothing of people at risk",
    "source-handler": "grades how far sources can be relied on",
    "data-protection-officer": "reads the audit trail",
    "administrator": "accounts and the server, no data",
    "advocate": "speaks for a person who contests",
}
"""User name of each role, and what it does."""


_WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "haven",
    "inlet",
    "jetty",
    "kiosk",
    "lotus",
    "maple",
    "north",
    "ocean",
    "pearl",
    "quilt",
    "river",
    "stone",
    "tulip",
    "umber",
    "vapor",
    "wheat",
    "yacht",
)


def build(folder: Path, as_of: date) -> None:
    """Build the embedded database anew from the province in `folder`."""
    for name in SQLITE_FILES:
        (folder / name).unlink(missing_ok=True)
    from forewatch.commands import serving

    serving.prepare()
    from django.db import transaction

    from forewatch.access.actors import nobody
    from forewatch.analysis.loading import load_definition
    from forewatch.commands.filling import BEGINNING, fill
    from forewatch.places.actions import load_areas
    from forewatch.places.tiles import build_tiles
    from forewatch.risk.actions import rescore

    definition = load_definition(INDEX)
    province, now = folder / "province", datetime.combine(as_of, time(12), UTC)
    with transaction.atomic():
        files = [province / "areas.parquet", province / "boundaries.geojson"]
        load_areas(by=nobody(), files=files, valid_on=BEGINNING)
        fill(province, definition, as_of)
        _users(now)
        _assign()
    build_tiles()
    # Half a year ago first, so that figures have something to be compared with.
    rescore(definition, as_of=_half_a_year_before(as_of), known_by=_half_a_year_before(as_of), now=now)
    rescore(definition, as_of=as_of, now=now, release=True)
    from forewatch.commands.demo_samples import write_samples
    from forewatch.commands.demo_work import leave_work

    grant_roles()
    leave_work()
    write_samples(folder / SAMPLES)


def _half_a_year_before(day: date) -> date:
    return day - timedelta(days=182)


def _users(now: datetime) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from forewatch.access.actions import make_user
    from forewatch.access.models import Organisation

    centre = Organisation.objects.get(code="centre")
    for username in ROLES_SHOWN:
        name = f"{username.replace('-', ' ').capitalize()} (made up)"
        user = make_user(
            username=username, name=name, organisation=centre, password=_password(username), now=now
        )
        if username != "volunteer":
            TOTP.activate(user, generate_totp_secret())


def _assign() -> None:
    """Give the social worker some households to look after, in the first village of the first district."""
    from forewatch.access.models import User
    from forewatch.register.models import Assignment, Household

    worker, lead = (User.objects.get(username=one) for one in ("social-worker", "provincial-lead"))
    for household in Household.objects.order_by("area_path", "code")[:12]:
        Assignment.objects.create(household=household, user=worker, valid_from=date(2026, 1, 1), made_by=lead)


def _password(username: str) -> str:
    """Return a user's password: the same at each start, another in each installation."""
    from django.conf import settings

    digest = hmac.new(settings.LOOKUP_KEY, f"demonstration:{username}".encode(), hashlib.sha256).digest()
    return "-".join(_WORDS[one % len(_WORDS)] for one in digest[:4])


def sign_ins() -> str:
    """Give the users of the demonstration their roles for a month from today, and return how to sign in."""
    grant_roles()
    lines = ["Sign in as (each role sees something else; the second factor is shown on the page):", ""]
    lines += [f"  {name:<24} {_password(name):<28} {what}" for name, what in ROLES_SHOWN.items()]
    return "\n".join(lines)


def grant_roles() -> None:
    """Give the users of the demonstration their roles for a month from today."""
    from django.utils import timezone

    from forewatch.access.actions import grant
    from forewatch.access.models import Grant, User
    from forewatch.access.rules import Role

    Grant.objects.all().delete()
    places, today = _places(), timezone.localdate()
    for username in ROLES_SHOWN:
        area = places.get(_LEVEL_OF.get(username, "province"), "")
        grant(
            user=User.objects.get(username=username),
            role=Role(username.replace("-", "_")),
            area_code=area,
            valid_from=today,
            valid_to=today + timedelta(days=31),
            now=timezone.now(),
        )


_LEVEL_OF: Mapping[str, str] = {
    "district-officer": "district",
    "district-supervisor": "district",
    "enumerator": "district",
    "volunteer": "village",
    "planner": "",
    "data-protection-officer": "",
    "administrator": "",
}


def _places() -> Mapping[str, str]:
    """Return the codes of the province, of its first district, and of that district's first village."""
    from forewatch.places.models import Level
    from forewatch.places.queries import current

    levels = {"province": Level.PROVINCE, "district": Level.DISTRICT, "village": Level.VILLAGE}
    found = {name: current().filter(level=level).order_by("path").first() for name, level in levels.items()}
    return {name: one.code for name, one in found.items() if one is not None}
