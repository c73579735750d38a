"""What needs this person now: each folder's waiting work as one line, its reason and one button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.api import queries as programs
from forewatch.intake import queries as intake
from forewatch.intake.concerns import queries as concerns
from forewatch.intake.grading import queries as grading
from forewatch.intake.rules import State
from forewatch.office import backing_up, canaries, emergencies, oversight, reviewing
from forewatch.office import queries as staff
from forewatch.office.reviewing import ALWAYS
from forewatch.register.models import MatchProposal
from forewatch.register.queries import caseload, checks, drafts, matches
from forewatch.reports.exits import queries as exits
from forewatch.reports.exits.rules import Kind
from forewatch.reports.paper import queries as paper
from forewatch.rights import queries as rights
from forewatch.rights.informing import queries as informing
from forewatch.ui.templatetags.ui import day

NEWS = timedelta(minutes=10)
"""So long what is urgent stands on every page; it is looked for again each 45 seconds."""


@dataclass(frozen=True)
class Need:
    """Something to do: what, why, and where."""

    what: str
    why: str
    button: str
    url: str


def _may(actor: Actor, verb: Verb, data_class: DataClass) -> bool:
    return any(decide(actor, verb, data_class, purpose).allowed for purpose in Purpose)


def _concerns(actor: Actor) -> Iterator[Need]:
    waiting = concerns.waiting(actor)
    if waiting:
        yield Need(
            ngettext("%(count)s concern waits", "%(count)s concerns wait", waiting) % {"count": waiting},
            _("A volunteer has handed it in and nobody has taken it yet."),
            _("Look at them"),
            reverse("concerns"),
        )


def _second_grades(actor: Actor) -> Iterator[Need]:
    if waiting := len(grading.waiting(actor)):
        yield Need(
            ngettext(
                "%(count)s report waits for a second grade",
                "%(count)s reports wait for a second grade",
                waiting,
            )
            % {"count": waiting},
            _("Chance has drawn it. You grade it without seeing how a colleague did."),
            _("Grade it"),
            reverse("second_grades"),
        )


def _contests(actor: Actor) -> Iterator[Need]:
    waiting, late = rights.waiting(actor), rights.late(actor)
    if waiting:
        yield Need(
            ngettext("%(count)s contest waits", "%(count)s contests wait", waiting) % {"count": waiting},
            ngettext(
                "%(count)s should have been answered by now.",
                "%(count)s should have been answered by now.",
                late,
            )
            % {"count": late}
            if late
            else _("Somebody doubts what is kept about them; until the answer they stand on no visit list."),
            _("Look at them"),
            reverse("contest_desk"),
        )


def _filing(actor: Actor) -> Iterator[Need]:
    if _may(actor, Verb.CONTEST, DataClass.OBSERVATION):
        yield Need(
            _("Does somebody doubt what is kept about them?"),
            _("Somebody who recorded nothing of it looks at it, and answers through you."),
            _("File a contest"),
            reverse("contest_file"),
        )


def _erasures(actor: Actor) -> Iterator[Need]:
    waiting = rights.erasures_to_decide(actor)
    if waiting:
        yield Need(
            ngettext("%(count)s erasure waits", "%(count)s erasures wait", waiting) % {"count": waiting},
            _("A colleague asks for a person to be erased; it needs a second one to agree."),
            _("Decide"),
            reverse("erasures"),
        )


def _informing(actor: Actor) -> Iterator[Need]:
    late, soon = informing.counts(actor) if _may(actor, Verb.CORRECT, DataClass.OBSERVATION) else (0, 0)
    if late or soon:
        yield Need(
            ngettext(
                "%(count)s person is to be told what others told us of them",
                "%(count)s people are to be told what others told us of them",
                late + soon,
            )
            % {"count": late + soon},
            _("%(late)s past their day, %(soon)s in a week. In person, alone: calls and letters endanger.")
            % {"late": late, "soon": soon},
            _("Look at them"),
            f"{reverse('informing')}?late" if late else reverse("informing"),
        )
    if waiting := len(informing.to_review(actor)):
        yield Need(
            ngettext(
                "%(count)s ground for not telling somebody waits",
                "%(count)s grounds for not telling somebody wait",
                waiting,
            )
            % {"count": waiting},
            _("A colleague would rather not tell them for now. You see where and why, not whom."),
            _("Look at them"),
            reverse("informing_grounds"),
        )


def _emergencies(actor: Actor, since: datetime = ALWAYS) -> Iterator[Need]:
    for one in emergencies.to_second(actor):
        if one.at < since:
            continue
        yield Need(
            _("An emergency waits for a second person"),
            _("%(name)s may see nobody alone: say at once whether you agree.") % {"name": one.name},
            _("Decide"),
            reverse("emergency_second", args=[one.id]),
        )
    if waiting := [one for one in emergencies.to_review(actor) if one.opened_at >= since]:
        yield Need(
            ngettext(
                "%(count)s household was opened in an emergency",
                "%(count)s households were opened in an emergency",
                len(waiting),
            )
            % {"count": len(waiting)},
            _("By %(names)s. Look at why, within %(hours)s hours.")
            % {
                "names": ", ".join(sorted({one.name for one in waiting})),
                "hours": settings.TERMS.review_hours,
            },
            _("Look at them"),
            reverse("reviews"),
        )


def _roles(actor: Actor) -> Iterator[Need]:
    waiting = staff.roles_to_second(actor) if _may(actor, Verb.SECOND, DataClass.ACCOUNT) else []
    if waiting:
        yield Need(
            ngettext(
                "%(count)s role waits for a second person",
                "%(count)s roles wait for a second person",
                len(waiting),
            )
            % {"count": len(waiting)},
            _("For %(names)s. Nothing begins before you agree.")
            % {"names": ", ".join(dict.fromkeys(one.grant.user.name for one in waiting))},
            _("Decide"),
            reverse("roles_waiting"),
        )


def _limits(actor: Actor, since: datetime = ALWAYS) -> Iterator[Need]:
    if limit := reviewing.at_the_limit(actor, since):
        yield Need(
            _("Somebody has shown as many names as one may in a day"),
            _("It was %(names)s. Ask what they were needed for.") % {"names": ", ".join(limit)},
            _("Look at them"),
            reverse("reviews"),
        )


def _reviews(actor: Actor) -> Iterator[Need]:
    if waiting := len(reviewing.to_review(actor)):
        yield Need(
            ngettext(
                "%(count)s showing of names is to be looked at again",
                "%(count)s showings of names are to be looked at again",
                waiting,
            )
            % {"count": waiting},
            _("Chance has drawn it. You see why names were shown, not whose."),
            _("Look at them"),
            reverse("reviews"),
        )


def _handing_in(actor: Actor) -> Iterator[Need]:
    if _may(actor, Verb.CREATE, DataClass.OBSERVATION) and not _may(
        actor, Verb.CORRECT, DataClass.OBSERVATION
    ):
        yield Need(
            _("Have you seen a family that may need help?"),
            _("Tell the centre. It takes two minutes, and you get a receipt number."),
            _("Hand in a concern"),
            reverse("concern_report"),
        )


def _drafts(actor: Actor) -> Iterator[Need]:
    for draft in drafts.drafts(actor):
        at = draft.household
        yield Need(
            _("A household is half filled in"),
            _("You began on %(day)s; what you typed is kept.") % {"day": day(draft.changed_at)},
            _("Go on with it"),
            reverse("household_edit", args=[at.pk]) if at else f"{reverse('household_new')}?draft={draft.pk}",
        )


def _steps(actor: Actor) -> Iterator[Need]:
    late = caseload.late(actor).count()
    if late:
        yield Need(
            ngettext("%(count)s step to papers is late", "%(count)s steps to papers are late", late)
            % {"count": late},
            _("Its day has passed: note how it went, or plan it again."),
            _("Look at the steps"),
            reverse("caseload"),
        )


def _matches(actor: Actor) -> Iterator[Need]:
    unsure = matches.proposals(actor).filter(status=MatchProposal.Status.OPEN).count()
    if unsure:
        yield Need(
            ngettext(
                "%(count)s pair of people may be one person",
                "%(count)s pairs of people may be one person each",
                unsure,
            )
            % {"count": unsure},
            _("Same name, birth and village. Only you can tell; nothing is merged by itself."),
            _("Compare them"),
            reverse("matches"),
        )


def _checks(actor: Actor) -> Iterator[Need]:
    if not _may(actor, Verb.SECOND, DataClass.OBSERVATION):
        return
    merges = [one for one in matches.merges_to_check(actor) if one.made_by_id != actor.user_id]
    if waiting := len(checks.to_check(actor)) + len(merges):
        yield Need(
            ngettext("%(count)s correction waits", "%(count)s corrections wait", waiting)
            % {"count": waiting},
            _("A colleague corrected something; nothing changes before somebody else agrees."),
            _("Look at them"),
            reverse("checks"),
        )


def _files(actor: Actor) -> Iterator[Need]:
    for upload in intake.to_agree_to(actor).select_related("uploaded_by"):
        yield Need(
            _("A file waits for you to agree"),
            _("%(name)s has checked %(file)s: %(rows)s rows would go into the register.")
            % {"name": upload.uploaded_by.name, "file": upload.filename, "rows": upload.ready},
            _("Look at it"),
            reverse("intake_batch", args=[upload.pk]),
        )
    for upload in intake.to_go_on_with(actor):
        mapping = upload.state == State.MAPPING
        yield Need(
            _("A file waits for its columns to be explained")
            if mapping
            else _("A checked file is not in yet"),
            _("%(file)s, uploaded on %(day)s.") % {"file": upload.filename, "day": day(upload.uploaded_at)},
            _("Map the columns") if mapping else _("Go on with it"),
            reverse("intake_batch", args=[upload.pk]),
        )


def _handed_in(actor: Actor) -> Iterator[Need]:
    for upload in programs.to_look_at(actor):
        mapping = upload.state == State.MAPPING
        yield Need(
            _("The program of “%(source)s” has handed in rows") % {"source": upload.source.name},
            _("Its columns are new: say once what each is.")
            if mapping
            else _("%(rows)s rows are ready. Look at them, then hand them to a colleague.")
            % {"rows": upload.ready},
            _("Look at it"),
            reverse("intake_batch", args=[upload.pk]),
        )


def _visit_lists(actor: Actor) -> Iterator[Need]:
    for asked in paper.to_decide(actor):
        yield Need(
            _("%(name)s asks for a visit list") % {"name": asked.requested_by.name},
            _("%(area)s, for: %(reason)s. A list needs a second pair of eyes.")
            % {"area": asked.area, "reason": asked.reason},
            _("Decide"),
            reverse("visit_list", args=[asked.pk]),
        )
    for ready in paper.to_print(actor):
        yield Need(
            _("Your visit list is approved"),
            _("%(area)s. It can be printed until %(day)s.")
            % {"area": ready.area, "day": day(ready.expires_at)},
            _("Print it"),
            reverse("visit_list", args=[ready.pk]),
        )


def _exits(actor: Actor) -> Iterator[Need]:
    for one in exits.to_decide(actor):
        yield Need(
            _("Something is to leave, and waits for your decision"),
            _("The figures of a month, for whoever reads released figures.")
            if one.kind == Kind.RELEASE
            else _("A file about people of %(area)s, for %(recipient)s.")
            % {"area": one.area, "recipient": one.recipient},
            _("Decide"),
            reverse("exit", args=[one.pk]),
        )
    for one in exits.to_take(actor):
        yield Need(
            _("Your file may leave"),
            _("For %(recipient)s. It can be taken until %(day)s.")
            % {"recipient": one.recipient, "day": day(one.expires_at)},
            _("Take it"),
            reverse("exit", args=[one.pk]),
        )
    after = len(exits.to_review(actor)) + len(exits.to_tell(actor))
    if after:
        yield Need(
            ngettext(
                "%(count)s file or month of figures that has left needs somebody to look at it",
                "%(count)s files or months of figures that have left need somebody to look at them",
                after,
            )
            % {"count": after},
            _("Somebody outside says whether it was right, or a recipient has to be told whom to delete."),
            _("Look at them"),
            reverse("exits"),
        )


def _canaries(actor: Actor, since: datetime = ALWAYS) -> Iterator[Need]:
    found = [one for one in canaries.touched(actor) if one.at >= since]
    if found:
        yield Need(
            _("Somebody has come upon a person who does not exist"),
            _("%(names)s, last on %(day)s. A file that left may be in other hands, or somebody looks around.")
            % {"names": ", ".join(dict.fromkeys(one.who for one in found)), "day": day(found[0].at)},
            _("See who and how"),
            reverse("canaries"),
        )


def _kept_away(actor: Actor) -> Iterator[Need]:
    if not _may(actor, Verb.READ, DataClass.AUDIT):
        return
    week = oversight.Period(actor.today - timedelta(days=6), actor.today)
    if found := oversight.kept_away(week):
        yield Need(
            _("Colleagues were kept away from people, or let back"),
            _(
                "By %(names)s in the last seven days. They are not told; ask why where one alone is left, or "
                "somebody was let back."
            )
            % {"names": ", ".join(one.name for one in found)},
            _("See how many"),
            reverse("oversight"),
        )


def _backups(actor: Actor) -> Iterator[Need]:
    if _may(actor, Verb.CREATE, DataClass.SYSTEM):
        known = backing_up.known()
        if known.old(actor.now) and not known.waiting:
            yield Need(
                _("It is time for a backup"),
                _("The newest is of %(day)s.") % {"day": day(known.newest)}
                if known.newest
                else _("There is none yet on the disk for backups."),
                _("See the backups"),
                reverse("backups"),
            )


def _first(actor: Actor) -> Iterator[Need]:
    if _may(actor, Verb.READ, DataClass.AGGREGATE):
        yield Need(
            _("Where to go first"),
            _("Sub-districts in order of need, how sure that order is, and where nobody has asked."),
            _("See the order"),
            reverse("where_first"),
        )


PROVIDERS: tuple[Callable[[Actor], Iterator[Need]], ...] = (
    _canaries,
    _kept_away,
    _emergencies,
    _handing_in,
    _drafts,
    _filing,
    _concerns,
    _second_grades,
    _contests,
    _erasures,
    _informing,
    _roles,
    _limits,
    _reviews,
    _files,
    _handed_in,
    _visit_lists,
    _exits,
    _steps,
    _matches,
    _checks,
    _backups,
    _first,
)
"""In the order in which needs are shown."""
URGENT = (_canaries, _emergencies, _limits)
"""Of which whoever oversees is told within a minute, on any page that is open (access protocol 3.7, T3)."""


def needs(actor: Actor) -> list[Need]:
    """Return what needs the actor now."""
    return [need for provider in PROVIDERS for need in provider(actor)]


def alarms(actor: Actor) -> list[Need]:
    """Return what whoever oversees must know at once, of the last minutes; what is older stands on Today."""
    return [need for provider in URGENT for need in provider(actor, actor.now - NEWS)]
