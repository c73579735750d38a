"""What a volunteer can tell, and the way of a concern across the desk."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

MOST_WORDS = 2000
"""Characters of free text: enough to say what was seen, too few for a dossier."""


class Seen(StrEnum):
    """What was seen, in words a village uses; each answers to a trigger event or an indicator."""

    LEFT_SCHOOL = "left_school"
    ILLNESS_OR_DEATH = "illness_or_death"
    WORK_OR_CROP_LOST = "work_or_crop_lost"
    DEBT = "debt"
    VIOLENCE = "violence"
    CHILD_ALONE = "child_alone"
    PAPERS = "papers"
    RECRUITER = "recruiter"
    LEAVING = "leaving"
    OTHER = "other"


SEEN_LABELS: Mapping[Seen, object] = {
    Seen.LEFT_SCHOOL: _("A child has left school"),
    Seen.ILLNESS_OR_DEATH: _("An earner or carer has died or is seriously ill"),
    Seen.WORK_OR_CROP_LOST: _("Work or the crop is lost"),
    Seen.DEBT: _("The family is pressed by a debt"),
    Seen.VIOLENCE: _("Somebody is beaten or badly treated"),
    Seen.CHILD_ALONE: _("A child is without a grown-up who cares"),
    Seen.PAPERS: _("Somebody has no papers, or lost them"),
    Seen.RECRUITER: _("A stranger offers work elsewhere"),
    Seen.LEAVING: _("Somebody is leaving and does not know the way or the employer"),
    Seen.OTHER: _("Something else"),
}


class Status(StrEnum):
    """Where a concern stands at the desk."""

    NEW = "new"
    TAKEN = "taken"
    CLOSED = "closed"


STATUS_LABELS: Mapping[Status, object] = {
    Status.NEW: _("new"),
    Status.TAKEN: _("somebody looks after it"),
    Status.CLOSED: _("closed"),
}
MOVES: Mapping[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.TAKEN, Status.CLOSED),
    Status.TAKEN: (Status.CLOSED, Status.NEW),
    Status.CLOSED: (),
}
"""From each status, where it may go; giving back makes it new again."""


class Outcome(StrEnum):
    """How a concern ended."""

    VISITED = "visited"
    REFERRED = "referred"
    KNOWN = "known"
    UNFOUNDED = "unfounded"


OUTCOME_LABELS: Mapping[Outcome, object] = {
    Outcome.VISITED: _("The household was visited and its answers recorded"),
    Outcome.REFERRED: _("Passed on to a service"),
    Outcome.KNOWN: _("Already being looked after"),
    Outcome.UNFOUNDED: _("Looked into; nothing to do"),
}
