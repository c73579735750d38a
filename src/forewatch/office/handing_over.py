"""A colleague leaves: their sign-in ends, and their open work goes to another, in one step."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forewatch.access import second_lock
from forewatch.access.actions import end_grant
from forewatch.access.decisions import Actor
from forewatch.access.models import Grant, User
from forewatch.access.rules import DataClass, Role, Verb
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.rules import Status
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.office.noting import note
from forewatch.office.permissions import check_reached, reached
from forewatch.office.recovering import shut_out
from forewatch.places.models import Area
from forewatch.places.queries import within
from forewatch.register.models import Assignment, CitizenshipStep, Draft
from forewatch.ui.problems import Problem

NOT_IN_YET = (State.RECEIVED, State.READING, State.MAPPING, State.CHECKING, State.CHECKED, State.WAITING)


@dataclass(frozen=True)
class Work:
    """What somebody has in hand."""

    households: QuerySet[Assignment]
    steps: QuerySet[CitizenshipStep]
    concerns: QuerySet[Concern]
    files: QuerySet[Upload]
    drafts: QuerySet[Draft]

    @classmethod
    def of(cls, user: User, actor: Actor) -> Work:
        """Return what a colleague has in hand today."""
        current = Q(valid_to__isnull=True) | Q(valid_to__gt=actor.today)
        return cls(
            Assignment.objects.filter(current, user=user),
            CitizenshipStep.objects.filter(helper=user, status=CitizenshipStep.Status.OPEN),
            Concern.objects.filter(taken_by=user).exclude(status=Status.CLOSED),
            Upload.objects.filter(uploaded_by=user, state__in=NOT_IN_YET),
            Draft.objects.filter(user=user),
        )

    @second_lock.opened("what a leaver has in hand")
    def words(self) -> list[str]:
        """Return how much of each there is, in words."""
        homes, steps, concerns = self.households.count(), self.steps.count(), self.concerns.count()
        files, drafts = self.files.count(), self.drafts.count()
        said = (
            (homes, ngettext("%(n)s household", "%(n)s households", homes)),
            (steps, ngettext("%(n)s step to papers", "%(n)s steps to papers", steps)),
            (concerns, ngettext("%(n)s concern", "%(n)s concerns", concerns)),
            (files, ngettext("%(n)s file not in yet", "%(n)s files not in yet", files)),
            (drafts, ngettext("%(n)s draft", "%(n)s drafts", drafts)),
        )
        return [words % {"n": n} for n, words in said if n]


def heirs(actor: Actor, leaver: User) -> list[User]:
    """Return who could go on with the work: they hold each role of the leaver, as far or further."""
    held = [one for one in leaver.grants.all() if one.holds_on(actor.today)]
    others = User.objects.filter(is_active=True).exclude(pk=leaver.pk).exclude(grants__role=Role.AGENCY)
    known = reached(actor, Verb.READ, others.prefetch_related("grants").order_by("name"))
    return [one for one in known if all(_covered(grant, one.grants.all(), actor) for grant in held)]


def _covered(grant: Grant, others: Iterable[Grant], actor: Actor) -> bool:
    wide = {one.area_code for one in others if one.role == grant.role and one.holds_on(actor.today)}
    return "" in wide or bool(grant.area_code and _inside(grant.area_code, wide))


def _inside(code: str, wide: Collection[str]) -> bool:
    return bool(wide) and Area.objects.filter(within(wide), code=code).exists()


@second_lock.opened("what a leaver has in hand")
@transaction.atomic
def hand_over(*, by: Actor, leaver: User, heir: User | None) -> None:
    """End a colleague's sign-in and roles, and give their open work to another.

    Without an heir, households, steps and concerns wait for whoever takes them next. Raises NotFound; Problem
    for oneself, for who has left already, and for an heir who may not do what the leaver did.
    """
    check_reached(by, Verb.ASSIGN, leaver)
    leaver = User.objects.select_for_update().get(pk=leaver.pk)
    if by.user_id == leaver.pk:
        raise Problem(_("Nobody hands over their own work here; ask a colleague to do it."))
    if not leaver.is_active:
        raise Problem(_("%(name)s has left already.") % {"name": leaver.name})
    if heir is not None and heir not in heirs(by, leaver):
        raise Problem(
            _("%(name)s has not the roles to go on with this work. Choose somebody else.")
            % {"name": heir.name}
        )
    _give(Work.of(leaver, by), heir, by)
    _end(leaver, by)
    to = f"to {heir.pk}" if heir else "to nobody"
    note(by, Verb.ASSIGN, DataClass.ACCOUNT, "leaver", leaver.pk, reason=to)


def _give(work: Work, heir: User | None, by: Actor) -> None:
    homes = list(work.households.values_list("household_id", flat=True))
    work.households.update(valid_to=by.today)
    if heir is None:
        work.steps.update(helper=None)
        work.concerns.update(taken_by=None, status=Status.NEW)
        return
    theirs = set(Work.of(heir, by).households.values_list("household_id", flat=True))
    Assignment.objects.bulk_create(
        Assignment(household_id=one, user=heir, valid_from=by.today, made_by_id=by.user_id)
        for one in homes
        if one not in theirs
    )
    work.steps.update(helper=heir)
    work.concerns.update(taken_by=heir)
    work.files.update(uploaded_by=heir)
    begun = Draft.objects.filter(user=heir, household__isnull=False).values("household")
    work.drafts.exclude(household__in=begun).update(user=heir)


def _end(leaver: User, by: Actor) -> None:
    shut_out(leaver, by=by)
    leaver.is_active, leaver.village_key = False, None
    leaver.save(update_fields=("is_active", "village_key"))
    for one in leaver.grants.filter(valid_to__gt=by.today):
        end_grant(one, by.today)
