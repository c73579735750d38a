"""Who may ask for, decide on and print a visit list; which state it must be in is the actions' matter."""

from __future__ import annotations

from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision, Refused, Target, check, decide
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.places.models import Area
from forewatch.reports.models import VisitList
from forewatch.ui.problems import Conflict


def check_can_request(actor: Actor, area: Area, purpose: Purpose, *, with_names: bool) -> Decision:
    """Return the decision that the actor may print lists for an area, and names if they are wanted.

    Raises Refused.
    """
    target = Target(area.codes())
    if with_names:
        check(actor, Verb.REVEAL, DataClass.IDENTITY, purpose, target)
    return check(actor, Verb.PRINT, DataClass.BAND, purpose, target)


def check_can_decide(actor: Actor, visit_list: VisitList) -> Decision:
    """Return the decision that the actor may approve or refuse a list: one that somebody else asked for.

    Raises Refused.
    """
    target, purpose = Target(visit_list.area.codes()), Purpose(visit_list.purpose)
    decision = check(actor, Verb.APPROVE, DataClass.BAND, purpose, target)
    if visit_list.requested_by_id == actor.user_id:
        raise Refused(
            _("You asked for this list yourself: somebody else must decide."), DataClass.BAND, Verb.APPROVE
        )
    return decision


def can_decide(actor: Actor, visit_list: VisitList) -> bool:
    """Tell whether the actor may decide on a list."""
    try:
        return check_can_decide(actor, visit_list).allowed
    except Refused:
        return False


def check_can_print(actor: Actor, visit_list: VisitList) -> Decision:
    """Return the decision that the actor may print a list: their own, for its purpose, today still.

    Raises Refused, and Conflict for a list that somebody else asked for.
    """
    if visit_list.requested_by_id != actor.user_id:
        raise Conflict(_("A list is printed by whoever asked for it. Ask for one of your own."))
    purpose = Purpose(visit_list.purpose)
    return check_can_request(actor, visit_list.area, purpose, with_names=visit_list.with_names)


def check_can_print_forms(actor: Actor) -> Decision:
    """Return the decision that the actor may read what is about nobody, for any purpose they have.

    Raises Refused.
    """
    found = (decide(actor, Verb.READ, DataClass.REFERENCE, purpose) for purpose in Purpose)
    allowed = next((one for one in found if one.allowed), None)
    return allowed or check(actor, Verb.READ, DataClass.REFERENCE, Purpose.PREVENT)


def prints_lists(actor: Actor) -> bool:
    """Tell whether the actor prints lists at all, anywhere."""
    return any(decide(actor, Verb.PRINT, DataClass.BAND, purpose).allowed for purpose in Purpose)
