"""What pages and jobs read of uploads, profiles, and the areas whose rows may come in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.access.sealing import unseal
from forewatch.analysis.problems import DefinitionError
from forewatch.intake.interpreting.rows import AreaOf
from forewatch.intake.models import Problem, SavedProfile, Upload
from forewatch.intake.profiles.loading import parse_profile, shipped_profiles, shipped_text
from forewatch.intake.profiles.structure import Profile
from forewatch.intake.rules import STALLED_SECONDS, WORKING, State
from forewatch.intake.safe import Safe
from forewatch.intake.values.codes import key_of
from forewatch.places.models import Area, Level
from forewatch.places.queries import covered, within
from forewatch.ui.problems import NotFound

HANDS = ("uploaded_by", "mapped_by", "handed_over_by")
"""Whoever brings a file as far as a colleague's word."""


def _import_codes(actor: Actor, verb: Verb) -> set[str]:
    found = scopes(actor, verb, DataClass.OBSERVATION, Purpose.IMPORT)
    return {grant.area_code for grant, scope in found if scope is Scope.AREA}


def visible_to(actor: Actor) -> QuerySet[Upload]:
    """Return the uploads of the areas in which the actor deals with imports."""
    codes = _import_codes(actor, Verb.APPROVE)
    if "" in codes:
        return Upload.objects.all()
    return Upload.objects.filter(area__in=Area.objects.filter(within(codes)))


def to_go_on_with(actor: Actor) -> QuerySet[Upload]:
    """Return the uploads that wait for the actor, who brought them in, to map them or to hand them over."""
    if not _import_codes(actor, Verb.IMPORT):
        return Upload.objects.none()
    return visible_to(actor).filter(uploaded_by=actor.user_id, state__in=(State.MAPPING, State.CHECKED))


def had_a_hand_in(actor: Actor, upload: Upload) -> bool:
    """Tell whether the actor brought a file as far as it is, so that somebody else has to agree to it."""
    return actor.user_id in {getattr(upload, f"{one}_id") for one in HANDS}


def has_the_file(actor: Actor, upload: Upload) -> bool:
    """Tell whether the actor uploaded this very file: nobody else is given whole rows of it to keep.

    Of what a program handed in nobody here has the file.
    """
    return actor.user_id == upload.uploaded_by_id


def may_look_into(actor: Actor, upload: Upload) -> bool:
    """Tell whether the actor is shown the first rows: they have them, or have to agree to them."""
    return has_the_file(actor, upload) or (upload.state == State.WAITING and not had_a_hand_in(actor, upload))


def to_agree_to(actor: Actor) -> QuerySet[Upload]:
    """Return the uploads of colleagues that wait for somebody like the actor to let them in."""
    codes = _import_codes(actor, Verb.APPROVE)
    waiting = Upload.objects.filter(state=State.WAITING)
    for one in HANDS:
        waiting = waiting.exclude(**{one: actor.user_id})
    return waiting if "" in codes else waiting.filter(area__in=Area.objects.filter(within(codes)))


def home_area(actor: Actor) -> Area | None:
    """Return the area that bounds what an actor imports: that of the grant; None is everywhere."""
    codes = _import_codes(actor, Verb.IMPORT)
    if "" in codes:
        return None
    return Area.objects.filter(code__in=codes).order_by("level", "-valid_on").first()


def one_of(actor: Actor, upload_id: uuid.UUID) -> Upload:
    """Return an upload that the actor may see.

    Raises NotFound.
    """
    found = visible_to(actor).select_related("source", "uploaded_by", "area").filter(id=upload_id).first()
    if found is None:
        raise NotFound("")
    return found


def same_file(source_id: uuid.UUID, fingerprint: str, over: Iterable[State]) -> Upload | None:
    """Return the upload of the very same file from the same source that is in, or on its way.

    Without a fingerprint, as while it is locked, none is known to be the same.
    """
    if not fingerprint:
        return None
    return (
        Upload.objects.filter(source_id=source_id, fingerprint=fingerprint)
        .exclude(state__in=list(over))
        .order_by("-id")
        .first()
    )


@dataclass(frozen=True)
class Known:
    """A profile with its text; `saved` is False for one that ships with the program."""

    profile: Profile
    text: str
    saved: bool


def known_profiles() -> list[Known]:
    """Return the newest version of each profile that can be used."""
    found: dict[str, Known] = {one.profile.id: one for one in _shipped()}
    for row in SavedProfile.objects.order_by("code", "version"):
        try:
            profile = parse_profile(row.text, str(row))
        except DefinitionError:
            # It was good when it was saved; the index has changed since.
            continue
        if row.code not in found or found[row.code].profile.version <= profile.version:
            found[row.code] = Known(profile, row.text, saved=True)
    return [found[code] for code in sorted(found)]


@lru_cache(maxsize=1)
def _shipped() -> tuple[Known, ...]:
    texts = [(code, shipped_text(code)) for code in shipped_profiles()]
    return tuple(Known(parse_profile(text, f"{code}.yaml"), text, saved=False) for code, text in texts)


def profile_text(code: str) -> str:
    """Return the text of a profile as it would be exported.

    Raises NotFound.
    """
    found = next((one.text for one in known_profiles() if one.profile.id == code), None)
    if found is None:
        raise NotFound("")
    return found


def area_codes(actor: Actor, upload: Upload) -> AreaOf:
    """Return a function from a code, as a file writes it, to the area of that day where the actor may import.

    A file may leave out the letters of the country. What lies elsewhere does not exist here.
    """
    areas = covered(actor, Verb.IMPORT, DataClass.OBSERVATION, Purpose.IMPORT)
    if upload.area:
        areas = areas.filter(within([upload.area.code]))
    generations: dict[str, list[tuple[date, date | None, str, str]]] = {}
    rows = areas.filter(level__gt=Level.COUNTRY).order_by("-valid_on")
    for row, code, path, since, until in rows.values_list("id", "code", "path", "valid_on", "valid_to"):
        country = path.split("/", 1)[0]
        for way in {code, code.removeprefix(country)}:
            generations.setdefault(key_of(way).upper(), []).append((since, until, row.hex, code))

    def area_of(code: str, day: date) -> tuple[str, str] | None:
        found = generations.get(code)
        if not found:
            return None
        held = [one for one in found if one[0] <= day and (one[1] is None or day < one[1])]
        *_, row, known = (held or found)[0]
        return row, known

    return area_of


@dataclass(frozen=True)
class Progress:
    """How far a job is; `stalled` when it seems to have been cut off."""

    done: int
    of: int
    stalled: bool


def progress(upload: Upload) -> Progress | None:
    """Return how far the job of an upload is, or None when none is at work."""
    if upload.state not in WORKING:
        return None
    done, of, said = Safe(upload.id).progress()
    silent = timezone.now().timestamp() - (said or upload.uploaded_at.timestamp())
    return Progress(done, of, stalled=silent > STALLED_SECONDS)


def facts(upload: Upload) -> list[dict[str, Any]]:
    """Return the code tables and first rows of each sheet. Whoever shows them writes the audit row."""
    for block in Safe(upload.id).blocks("facts"):
        found: list[dict[str, Any]] = block["sheets"]
        return found
    return []


def facts_for(actor: Actor, upload: Upload, sheet: int) -> dict[str, Any]:
    """Return the code tables and first rows of a sheet; without the file, only what many rows share."""
    found = facts(upload)[sheet]
    if has_the_file(actor, upload):
        return found
    return {"first": [], "values": found.get("common", [[] for _column in upload.sheets[sheet]["columns"]])}


def people_a_row(upload: Upload) -> int:
    """Return how many people one row tells of at most, where members stand side by side."""
    if not upload.profile_text:
        return 1
    tables = parse_profile(upload.profile_text, upload.profile).tables
    return max(one.members.last - one.members.first + 1 if one.members else 1 for one in tables)


def problem_of(upload: Upload, problem_id: uuid.UUID) -> Problem:
    """Return one kind of problem of an upload.

    Raises NotFound.
    """
    found = upload.problems.filter(id=problem_id).first()
    if found is None:
        raise NotFound("")
    return found


def examples(problem: Problem) -> list[list[Any]]:
    """Return the first rows with a problem: sheet, line, value, hint. Who shows them writes the audit row."""
    found: list[list[Any]] = unseal(bytes(problem.examples), table="intake_problem", row=problem.id)
    return found
