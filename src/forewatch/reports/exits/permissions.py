"""Who may ask for something to leave, decide on it, take it, and look at it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision, Refused, Target, check, decide
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Purpose, Role, Verb
from forewatch.places.models import Area
from forewatch.register.permissions import check_can_in, codes_of
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind, Need, Voted, may_vote, need, still_wanted
from forewatch.ui.problems import Conflict, Problem


def check_can_request(actor: Actor, area: Area, *, with_names: bool) -> Decision:
    """Return the decision that the actor may ask for a file about people of an area, with names if wanted.

    Raises Refused, and Problem while something of theirs waits for a review that is late.
    """
    if with_names:
        check_can_in(actor, Verb.REVEAL, DataClass.IDENTITY, area)
    check_can_in(actor, Verb.READ, DataClass.BAND, area)
    decision = check_can_in(actor, Verb.CREATE, DataClass.EXIT, area).decision
    late = actor.now - timedelta(days=settings.TERMS.exit_review_days)
    unseen = Exit.objects.to_review(actor.now).filter(requested_by=actor.user_id, decided_at__lt=late)
    if reviewed_here() and unseen.exists():
        raise Problem(
            _(
                "A file of yours left more than %(days)s days ago, and nobody outside has looked at it yet. "
                "Until then you can ask for no other: tell the data protection officer."
            )
            % {"days": settings.TERMS.exit_review_days}
        )
    return decision


def need_of(found: Exit) -> Need:
    """Return whose yes something takes here."""
    return need(settings.PROTOCOL, abroad=found.kind == Kind.PEOPLE and found.country != settings.COUNTRY)


def reviewed_here() -> bool:
    """Tell whether what leaves is looked at afterwards under this protocol."""
    return need(settings.PROTOCOL, abroad=False).review


def votes_of(found: Exit) -> list[Voted]:
    """Return what was decided of it so far."""
    return [Voted(one.agreed, Role(one.role), one.organisation_id) for one in found.votes.all()]


def check_can_decide(actor: Actor, found: Exit) -> Decision:
    """Return the decision that the actor may let something out or not: what somebody else asked for.

    Raises Refused; Conflict to whoever decided already, or brings nothing that is still missing.
    """
    decision = _check(actor, Verb.APPROVE, found)
    if found.requested_by_id == actor.user_id:
        raise Refused(
            _("You asked for this yourself: somebody else must decide."), DataClass.EXIT, Verb.APPROVE
        )
    if found.votes.filter(by=actor.user_id).exists():
        raise Conflict(_("You have decided already."))
    mine = User.objects.values_list("organisation", flat=True).get(pk=actor.user_id)
    if not may_vote(need_of(found), votes_of(found), roles_for(actor, found), mine):
        raise Conflict(
            _("Somebody of another organisation, or in another role, has to decide what is still open.")
        )
    return decision


def role_for(actor: Actor, found: Exit, decision: Decision) -> Role:
    """Return as whom the actor decides: in a role that is still wanted, if there is one."""
    wanted = still_wanted(need_of(found), votes_of(found)) & roles_for(actor, found)
    assert decision.grant is not None  # a decision that was yes has one
    return min(wanted, default=decision.grant.role)


def roles_for(actor: Actor, found: Exit) -> frozenset[Role]:
    """Return the roles in which the actor may decide on something."""
    return frozenset(
        grant.role
        for grant in actor.grants
        if any(
            decide(
                Actor(actor.user_id, (grant,), actor.now, actor.today),
                Verb.APPROVE,
                DataClass.EXIT,
                purpose,
                _target(found),
            ).allowed
            for purpose in Purpose
        )
    )


def can_decide(actor: Actor, found: Exit) -> bool:
    """Tell whether the actor may decide on something."""
    return _can(check_can_decide, actor, found)


def check_can_take(actor: Actor, found: Exit) -> Decision:
    """Return the decision that the actor may take what they asked for, if they still may ask for it.

    Raises Refused.
    """
    if found.requested_by_id != actor.user_id or found.area is None:
        raise Refused(_("A file is taken by whoever asked for it."), DataClass.EXIT, Verb.CREATE)
    if found.with_names:
        check_can_in(actor, Verb.REVEAL, DataClass.IDENTITY, found.area)
    return check_can_in(actor, Verb.CREATE, DataClass.EXIT, found.area).decision


def check_can_review(actor: Actor, found: Exit) -> Decision:
    """Return the decision that the actor may say whether it was right: somebody outside, who had no part.

    Outside is another organisation than that of who asked, or the data protection officer. Figures that the
    nightly run asked for are those of whoever let them out.

    Raises Refused.
    """
    decision = _check(actor, Verb.APPROVE, found)
    if actor.user_id in {found.requested_by_id, *found.votes.values_list("by", flat=True)}:
        raise Refused(
            _("You had a part in this: somebody else must look at it."), DataClass.EXIT, Verb.APPROVE
        )
    if Role.DATA_PROTECTION_OFFICER not in actor.roles() and _of_one_organisation(actor, found):
        raise Refused(
            _("Somebody outside looks at it: of another organisation, or the data protection officer."),
            DataClass.EXIT,
            Verb.APPROVE,
        )
    return decision


def _of_one_organisation(actor: Actor, found: Exit) -> bool:
    mine = User.objects.values_list("organisation", flat=True).get(pk=actor.user_id)
    if found.requested_by is None:
        return found.votes.filter(organisation=mine).exists()
    return found.requested_by.organisation_id == mine


def can_review(actor: Actor, found: Exit) -> bool:
    """Tell whether the actor may look at something that has left."""
    return _can(check_can_review, actor, found)


def check_can_recall(actor: Actor, found: Exit) -> Decision:
    """Return the decision that the actor may stop or recall what was let out. Raises Refused."""
    return _check(actor, Verb.APPROVE, found)


def can_recall(actor: Actor, found: Exit) -> bool:
    """Tell whether the actor may stop or recall something."""
    return _can(check_can_recall, actor, found)


def _can(question: Callable[[Actor, Exit], Decision], actor: Actor, found: Exit) -> bool:
    try:
        return question(actor, found).allowed
    except (Refused, Conflict):
        return False


def _check(actor: Actor, verb: Verb, found: Exit) -> Decision:
    for purpose in Purpose:
        decision = decide(actor, verb, DataClass.EXIT, purpose, _target(found))
        if decision.allowed:
            return decision
    return check(actor, verb, DataClass.EXIT, Purpose.PREVENT, _target(found))


def _target(found: Exit) -> Target | None:
    """Return where it is; the figures of a month are of everywhere, and whoever decides at all may decide."""
    return None if found.kind == Kind.RELEASE else Target(codes_of(found.area.path if found.area else ""))
