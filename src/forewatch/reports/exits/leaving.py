"""Whoever is gone must not live on in a file: recipients are told, and what has not left does not leave."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from forewatch.access.sealing import forget
from forewatch.register.models import Person
from forewatch.register.rules.codes import PERSON, code_for
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind, State

_ON_ITS_WAY = (State.REQUESTED, State.APPROVED, State.TAKEN)


def let_out(*, people: QuerySet[Person], **_signal: Any) -> list[str]:
    """Return in how many files people have left, or are to leave, in words."""
    going = Exit.objects.filter(kind=Kind.PEOPLE, state__in=_ON_ITS_WAY).exclude(people=[])
    count = sum(people.filter(pk__in=one).exists() for one in going.values_list("people", flat=True))
    words = ngettext("%(count)s file handed over", "%(count)s files handed over", count)
    return [words % {"count": count}] if count else []


def strike_from_exits(*, people: QuerySet[Person], **_signal: Any) -> None:
    """Take people who leave the register off every file that has left, and stop those that have not."""
    strike(set(people.values_list("pk", flat=True)))


def strike_no_longer_shared(*, people: Collection[uuid.UUID], still: Collection[str], **_signal: Any) -> None:
    """Take people off the files that they do not agree to any more, or that say what was wrong about them.

    Also under each other row that was found to be the same person: a file may hold the code of any of them.
    """
    rows = Person.objects.filter(pk__in=people).annotate(now=Coalesce("merged_into_id", "pk"))
    kept = list(rows.values_list("now", flat=True))
    same = Person.objects.filter(Q(pk__in=kept) | Q(merged_into__in=kept))
    strike(set(same.values_list("pk", flat=True)), still)


def strike(people: Collection[uuid.UUID], still: Collection[str] = ()) -> int:
    """Take people off files, but for those to some countries: of what has left their rows are to be deleted.

    What has not left leaves no more. Returns how many files there were.
    """
    gone, found = {str(one) for one in people}, 0
    # Locked, so that nobody takes one of them meanwhile.
    files = Exit.objects.select_for_update().filter(kind=Kind.PEOPLE).exclude(people=[])
    for one in files.exclude(country__in=still).defer("content").iterator():
        leaving = gone & set(one.people)
        if not leaving:
            continue
        found += 1
        one.people = [person for person in one.people if person not in leaving]
        if one.state == State.TAKEN:
            one.to_tell = [*one.to_tell, *sorted(code_for(PERSON, uuid.UUID(person)) for person in leaving)]
        if one.state in _ON_ITS_WAY:
            end(one)
        one.save(update_fields=["people", "to_tell", "state", "content"])
    return found


def end(one: Exit) -> None:
    """Let something leave no more: bytes and key go, what has not left expires; the caller saves it."""
    # What has left stays what it is: its review, its recall and whom to delete hang on that.
    one.state = State.TAKEN if one.state == State.TAKEN else State.EXPIRED
    one.content = None
    forget([one.pk])
