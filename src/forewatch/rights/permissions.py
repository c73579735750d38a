"""Who may decide on a contest: the desk of the area, never those who recorded what is contested."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision, Refused, Target, check
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Protocol, Purpose, Verb
from forewatch.rights.models import Contest
from forewatch.rights.queries import recorders


def check_at_desk(by: Actor, verb: Verb, data_class: DataClass, contest: Contest) -> Decision:
    """Return the decision that the actor may do this at the desk of a contest's area. Raises Refused."""
    return check(by, verb, data_class, Purpose.PREVENT, Target(contest.area.codes()))


def check_can_answer(by: Actor, contest: Contest) -> Decision:
    """Return the decision that the actor may answer a contest.

    In one office it is somebody who recorded nothing of what is contested; where agencies work together,
    somebody of another organisation than those that did. Raises Refused.
    """
    decision = check_at_desk(by, Verb.APPROVE, DataClass.OBSERVATION, contest)
    if contest.person is None:
        return decision
    users, organisations = recorders(contest.person)
    refused = None
    if by.user_id in users:
        refused = _("You recorded something of what is contested. Somebody else has to answer.")
    elif (
        settings.PROTOCOL is Protocol.MULTI_AGENCY
        and User.objects.filter(pk=by.user_id, organisation__in=organisations).exists()
    ):
        refused = _(
            "Your organisation recorded something of what is contested. "
            "Somebody of another one has to answer."
        )
    if refused:
        raise Refused(refused, DataClass.OBSERVATION, Verb.APPROVE)
    return decision
