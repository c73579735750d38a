"""Every change of an upload or a profile, each with its audit row."""

from __future__ import annotations

import shutil
from datetime import date
from typing import IO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision, Target, check
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.audit.actions import record
from forewatch.intake import committing
from forewatch.intake.fingerprints import fingerprint_of
from forewatch.intake.models import SavedProfile, Upload
from forewatch.intake.profiles.loading import parse_profile
from forewatch.intake.profiles.structure import Profile
from forewatch.intake.queries import had_a_hand_in, home_area, known_profiles, people_a_row, same_file
from forewatch.intake.rules import OVER, State, may_follow
from forewatch.intake.safe import STAYS, Safe
from forewatch.register import bulk
from forewatch.register.models import Source
from forewatch.ui.problems import Conflict, Problem

LEAST_FREE, ENOUGH_FREE = 256 << 20, 5_000_000_000
"""Bytes of the disk that stay free whatever is taken in, so that what was saved can still be written down.

A share of it (`free_disk_percent`) does too: a large disk needs no more than the second of the two.
"""

GROWTH = 10
"""How many times its own size a file may take on its way into the register: kept, staged, committed."""


def _target(upload: Upload) -> Target:
    return Target(areas=upload.area.codes() if upload.area else ())


def _may(by: Actor, verb: Verb, upload: Upload) -> Decision:
    return check(by, verb, DataClass.OBSERVATION, Purpose.IMPORT, _target(upload))


def _note(
    by: Actor, verb: Verb, upload: Upload, decision: Decision, reason: str, identities: int = 0
) -> None:
    record(
        at=by.now,
        verb=verb,
        data_class=DataClass.IDENTITY if identities else DataClass.OBSERVATION,
        actor_id=by.user_id,
        role=decision.grant.role if decision.grant else "",
        grant_id=decision.grant.id if decision.grant else None,
        purpose=Purpose.IMPORT,
        area_code=upload.area.code if upload.area else "",
        subject="batch",
        subject_id=upload.id,
        reason=reason,
        identities=identities,
        request_id=by.request_id,
    )


def _to(upload: Upload, after: State, *fields: str) -> None:
    """Move an upload to a state, unless somebody has moved it meanwhile.

    Raises Conflict.
    """
    if not may_follow(State(upload.state), after):
        raise Conflict(_("This file has moved on meanwhile. Open it again to see where it stands."))
    moved = Upload.objects.filter(id=upload.id, state=upload.state).update(state=after)
    if not moved:
        raise Conflict(_("This file has moved on meanwhile. Open it again to see where it stands."))
    upload.state = after
    if fields:
        upload.save(update_fields=fields)


def _room_for(size: int) -> bool:
    """Tell whether a file of so many bytes leaves the disk the room that everything else needs."""
    disk = shutil.disk_usage(settings.DATA_DIR)
    share = min(disk.total * settings.TERMS.free_disk_percent // 100, ENOUGH_FREE)
    return disk.free >= max(LEAST_FREE, share) + GROWTH * size


def receive(
    *, by: Actor, file: IO[bytes], name: str, size: int, source: Source, observed_on: date
) -> tuple[Upload, bool]:
    """Take a file in; the very same file from the same source is not taken again, unless it is locked.

    Returns the upload, and whether it is new. Raises Refused, and Problem when the disk is nearly full.
    """
    area = home_area(by)
    decision = check(by, Verb.IMPORT, DataClass.OBSERVATION, Purpose.IMPORT)
    if not _room_for(size):
        raise Problem(
            _("The disk of this server is nearly full: nothing can be taken in. Tell the administrator.")
        )
    if source.is_interested:
        raise Problem(
            _(
                "An employer, landlord or recruiter hands in no files: write what they say on the page of a "
                "household, where it can be checked."
            )
        )
    fingerprint = fingerprint_of(file)
    before = same_file(source.id, fingerprint, OVER)
    if before:
        return before, False
    upload = Upload(
        source=source, area=area, filename=name[-200:], size=size, fingerprint=fingerprint,
        observed_on=observed_on, state=State.READING, uploaded_at=by.now, uploaded_by_id=by.user_id,
    )  # fmt: skip
    Safe(upload.id).keep_original(file)
    with transaction.atomic():
        upload.save(force_insert=True)
        _note(by, Verb.IMPORT, upload, decision, "received")
    return upload, True


def read_by(*, by: Actor, upload: Upload, text: str, code: str) -> None:
    """Read an upload by a profile, whose text has passed the linter.

    Raises Refused and Conflict.
    """
    decision = _may(by, Verb.IMPORT, upload)
    profile = parse_profile(text, code)
    with transaction.atomic():
        upload.profile_text, upload.profile = text, f"{profile.id}@{profile.version}"
        upload.mapped_by_id = by.user_id
        _to(upload, State.CHECKING, "profile_text", "profile", "mapped_by")
        _note(by, Verb.IMPORT, upload, decision, "mapped")


def map_again(*, by: Actor, upload: Upload) -> None:
    """Go back to the mapping of an upload that is checked, but not in."""
    decision = _may(by, Verb.IMPORT, upload)
    with transaction.atomic():
        upload.recognised = False
        _to(upload, State.MAPPING, "recognised")
        _note(by, Verb.IMPORT, upload, decision, "to be mapped again")


def start_again(*, by: Actor, upload: Upload) -> None:
    """Begin a job again that was cut off."""
    decision = _may(by, Verb.APPROVE, upload)
    with transaction.atomic():
        _to(upload, State(upload.state))
        _note(by, Verb.IMPORT, upload, decision, "started again")
    Safe(upload.id).say_progress(0, 0)


def look(*, by: Actor, upload: Upload, rows: int, to: Verb = Verb.IMPORT) -> None:
    """Write down that somebody is shown rows of a file as they came, to correct or to agree to them."""
    decision = _may(by, to, upload)
    with transaction.atomic():
        people = rows * people_a_row(upload)
        _note(by, Verb.READ, upload, decision, "rows of the file", identities=people)


def hand_over(*, by: Actor, upload: Upload) -> bool:
    """Ask a colleague to agree; where no colleague is needed, let the batch in. Tells whether it goes in now.

    Raises Refused and Conflict.
    """
    decision = _may(by, Verb.IMPORT, upload)
    alone = not settings.INTAKE_NEEDS_COLLEAGUE
    with transaction.atomic():
        upload.handed_over_by_id = by.user_id
        if alone:
            upload.approved_by_id = by.user_id
        _to(upload, State.COMMITTING if alone else State.WAITING, "handed_over_by", "approved_by")
        _note(by, Verb.IMPORT, upload, decision, "to go in" if alone else "a colleague is asked")
    return alone


def approve(*, by: Actor, upload: Upload) -> None:
    """Let a batch in, as the colleague of whoever uploaded it, mapped it or handed it over.

    Raises Refused and Conflict.
    """
    decision = _may(by, Verb.APPROVE, upload)
    if had_a_hand_in(by, upload):
        raise Conflict(
            _(
                "You uploaded this file, mapped its columns or handed it over yourself. "
                "A colleague must look at it before it goes in."
            )
        )
    with transaction.atomic():
        upload.approved_by_id = by.user_id
        _to(upload, State.COMMITTING, "approved_by")
        _note(by, Verb.APPROVE, upload, decision, "approved")


def send_back(*, by: Actor, upload: Upload) -> None:
    """Give a batch back to whoever uploaded it."""
    decision = _may(by, Verb.APPROVE, upload)
    with transaction.atomic():
        _to(upload, State.CHECKED)
        _note(by, Verb.APPROVE, upload, decision, "sent back")


def write_in(upload: Upload) -> None:
    """Write an approved batch into the register, in one transaction; a job's deed, of whoever approved it."""
    safe = Safe(upload.id)
    now = timezone.now()
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",))
        held = locked.select_related("source", "area").get(id=upload.id)
        if held.state != State.COMMITTING:
            return
        by = held.approved_by_id or held.uploaded_by_id
        counts = committing.write_batch(held, held.uploaded_by_id, now)
        held.written, held.committed_at, held.state = counts.records, now, State.IN
        held.save(update_fields=("written", "committed_at", "state"))
        record(
            at=now, verb=Verb.IMPORT, data_class=DataClass.OBSERVATION, actor_id=by, purpose=Purpose.IMPORT,
            subject="batch", subject_id=held.id, reason="in the register", identities=held.people,
            area_code=held.area.code if held.area else "",
        )  # fmt: skip
    safe.drop_all_but(*STAYS)


def undo(*, by: Actor, upload: Upload) -> None:
    """Ask for a batch to be taken out again as a unit: people are erased by it, so that it takes two.

    Raises Refused; Conflict for whoever brought it in, and where something was done about its people since.
    """
    decision = _may(by, Verb.APPROVE, upload)
    if had_a_hand_in(by, upload):
        raise Conflict(
            _(
                "You uploaded this file, mapped its columns or handed it over yourself. "
                "Ask a colleague to undo it: people leave the register by it, and that takes two."
            )
        )
    with transaction.atomic():
        # A large batch is undone by a job, which could tell nobody.
        bulk.check_nothing_was_done_since(upload.id)
        upload.undone_by_id = by.user_id
        _to(upload, State.UNDOING, "undone_by")
        _note(by, Verb.APPROVE, upload, decision, "to be undone")


def take_out(upload: Upload) -> None:
    """Take a batch out of the register, in one transaction; what later work rests on stays, and says so.

    Raises Conflict; the batch is whole then, and in.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            held = Upload.objects.select_for_update(of=("self",)).select_related("area").get(id=upload.id)
            if held.state != State.UNDOING:
                return
            bulk.undo(held.id)
            held.state, held.undone_at = State.UNDONE, now
            held.save(update_fields=("state", "undone_at"))
            record(
                at=now, verb=Verb.IMPORT, data_class=DataClass.OBSERVATION, actor_id=held.undone_by_id,
                purpose=Purpose.IMPORT, subject="batch", subject_id=held.id, reason="undone",
                area_code=held.area.code if held.area else "",
            )  # fmt: skip
    except (Conflict, IntegrityError) as problem:
        Upload.objects.filter(id=upload.id, state=State.UNDOING).update(state=State.IN)
        if isinstance(problem, Conflict):
            raise
        raise Conflict(_("Nothing was undone: something else rests on this batch. It stays.")) from problem
    Safe(upload.id).drop()


def discard(*, by: Actor, upload: Upload) -> None:
    """Throw away a file that is not in.

    Raises Refused and Conflict.
    """
    decision = _may(by, Verb.IMPORT, upload)
    with transaction.atomic():
        upload.problems.all().delete()
        _to(upload, State.DISCARDED)
        _note(by, Verb.IMPORT, upload, decision, "discarded")
    Safe(upload.id).drop()


def save_profile(*, by: Actor, text: str) -> Profile:
    """Save a profile that has passed the linter, as the newest version of its code.

    Raises Refused, and Conflict when its version is not newer.
    """
    decision = check(by, Verb.IMPORT, DataClass.OBSERVATION, Purpose.IMPORT)
    profile = parse_profile(text, "profile.yaml")
    known = {one.profile.id: one.profile.version for one in known_profiles()}
    if known.get(profile.id, 0) >= profile.version:
        words = _(
            "Version %(known)d of “%(code)s” is here already. Raise the version in the file to %(next)d."
        )
        newest = known[profile.id]
        raise Conflict(words % {"known": newest, "code": profile.id, "next": newest + 1})
    with transaction.atomic():
        row = SavedProfile.objects.create(
            code=profile.id, version=profile.version, title=profile.title["en"][:200], text=text,
            made_at=by.now, made_by_id=by.user_id,
        )  # fmt: skip
        record(
            at=by.now, verb=Verb.CREATE, data_class=DataClass.REFERENCE, actor_id=by.user_id,
            role=decision.grant.role if decision.grant else "", subject="profile", subject_id=row.id,
            reason=str(row), request_id=by.request_id,
        )  # fmt: skip
    return profile
