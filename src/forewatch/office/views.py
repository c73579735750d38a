"""Pages of the office."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forewatch.access.actions import note_village
from forewatch.access.guarding import Guard, guarded
from forewatch.access.proving import TO_FILL_IN, ask_for_proof, proved, unproved
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.terms import otherwise
from forewatch.office import backing_up, emergencies, oversight, reviewing
from forewatch.office.accounts import Strip, make_accounts
from forewatch.office.canaries import LOOKS_BACK, planted, touched
from forewatch.office.forms import CodeForm, PeriodForm, PlantForm, RowsForm, SheetForm, VillageForm, packed
from forewatch.office.handing_over import Work, hand_over, heirs
from forewatch.office.noting import note
from forewatch.office.own_deeds import SHOWN as SHOWN_DEEDS
from forewatch.office.own_deeds import own_deeds
from forewatch.office.permissions import may
from forewatch.office.queries import Colleague, one_colleague, open_recovery, staff
from forewatch.office.reading import rows_of
from forewatch.office.recovering import confirm_loss
from forewatch.office.sheets import Reader
from forewatch.register.actions.planting import plant
from forewatch.rights.retention import SOON, dry_run
from forewatch.rights.who_saw import SHOWN, looks_at
from forewatch.ui.problems import Problem

READ = Guard(Verb.READ, DataClass.ACCOUNT)
HAND_OVER = Guard(Verb.ASSIGN, DataClass.ACCOUNT)
VOUCH = Guard(Verb.APPROVE, DataClass.ACCOUNT)
MAKE = Guard(Verb.CREATE, DataClass.ACCOUNT, Purpose.SUPPORT)

OWN_DEEDS = Guard(Verb.READ, DataClass.REFERENCE)
"""Everybody but a volunteer, who reads nothing back, not even that they handed something in."""
REVIEW = Guard(Verb.APPROVE, DataClass.AUDIT)
OVERSEE = Guard(Verb.READ, DataClass.AUDIT)
PLANT = Guard(Verb.CREATE, DataClass.AUDIT)
NOBODY = "nobody"
"""What a form says when open work is given to nobody: ending a sign-in takes a choice, not one press."""

SEE_BACKUPS = Guard(Verb.READ, DataClass.SYSTEM)
BACK_UP = Guard(Verb.CREATE, DataClass.SYSTEM, Purpose.SUPPORT)


@guarded(GET=READ)
def people(request: AskedRequest) -> HttpResponse:
    """Show who works here."""
    shown = {"people": staff(request.actor), "may_make": may(request.actor, Verb.CREATE)}
    return render(request, "office/staff.html", shown)


@guarded(GET=READ)
def colleague(request: AskedRequest, user_id: uuid.UUID) -> HttpResponse:
    """Show one colleague: roles, and what can be done."""
    found = one_colleague(request.actor, user_id)
    return _colleague(request, found, VillageForm())


@guarded(POST=MAKE)
def lives(request: AskedRequest, user_id: uuid.UUID) -> HttpResponse:
    """Keep in which village a colleague lives."""
    found = one_colleague(request.actor, user_id)
    form = VillageForm(request.POST)
    if not form.is_valid():
        return _colleague(request, found, form)
    code = form.cleaned_data["village"]
    note_village(user=found.user, village_code=code, now=request.actor.now, by=request.actor.user_id)
    messages.success(request, _("It is kept."))
    return redirect("colleague", user_id)


def _colleague(request: AskedRequest, found: Colleague, form: VillageForm) -> HttpResponse:
    shown = {
        "one": found,
        "may_make": may(request.actor, Verb.CREATE),
        "may_end": may(request.actor, Verb.CORRECT),
        "village": form,
        "recovery": open_recovery(found.user, request.actor),
        "me": found.user.pk == request.actor.user_id,
        "work": Work.of(found.user, request.actor).words(),
        "heirs": heirs(request.actor, found.user),
    }
    return render(request, "office/colleague.html", shown, status=422 if form.is_bound else 200)


@guarded(POST=HAND_OVER)
def leave(request: AskedRequest, user_id: uuid.UUID) -> HttpResponse:
    """End a colleague's sign-in, and hand their open work to another, after proving again who one is."""
    ask_for_proof(request)
    found = one_colleague(request.actor, user_id, Verb.ASSIGN)
    said = request.POST.get("heir", "")
    heir = next((one for one in heirs(request.actor, found.user) if str(one.pk) == said), None)
    if heir is None and said != NOBODY:
        raise Problem(_("Choose the colleague from the list, or nobody."))
    hand_over(by=request.actor, leaver=found.user, heir=heir)
    return redirect("colleague", user_id)


@guarded(GET=MAKE, POST=MAKE)
def new_accounts(request: AskedRequest) -> HttpResponse:
    """Take a sheet of accounts, and show what would be made of it, after proving again who one is."""
    if way := unproved(request):
        return way
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = rows_of(file.file, file.name, file.size)
        except Problem as problem:
            form.add_error("file", str(problem))
        else:
            checked = Reader(rows, request.actor.today).read()
            return render(request, "office/preview.html", {"checked": checked, "rows": packed(rows)})
    return render(request, "office/new_accounts.html", {"form": form})


@guarded(POST=MAKE)
def make(request: AskedRequest) -> HttpResponse:
    """Make the accounts of a sheet that was looked at, and show the strips, this once."""
    if not proved(request, TO_FILL_IN):
        return redirect("accounts_new")
    form = RowsForm(request.POST)
    if not form.is_valid():
        raise Problem(_("The rows came back damaged. Upload the sheet again."))
    rows = form.cleaned_data["rows"]
    checked = Reader(rows, request.actor.today).read()
    if checked.troubles:
        return render(request, "office/preview.html", {"checked": checked, "rows": packed(rows)})
    return _strips(request, make_accounts(by=request.actor, accounts=checked.accounts))


@guarded(POST=VOUCH)
def recover(request: AskedRequest, user_id: uuid.UUID) -> HttpResponse:
    """Confirm that a colleague lost their second factor; the second word shows a new code."""
    found = one_colleague(request.actor, user_id, Verb.APPROVE)
    code = confirm_loss(by=request.actor, user=found.user)
    if not code:
        hours = settings.TERMS.recovery_hours
        return render(request, "office/first_word.html", {"one": found, "hours": hours})
    user, roles = found.user, ", ".join(one.role for one in found.roles)
    return _strips(request, [Strip(user.name, str(user.organisation), roles, user.username, code)])


def _strips(request: AskedRequest, strips: list[Strip]) -> HttpResponse:
    address = request.build_absolute_uri("/account/first/")
    shown = {
        "strips": strips,
        "address": address,
        "days": settings.TERMS.first_code_days,
        "waiting": [f"{one.name} ({one.role})" for one in strips if one.waits],
    }
    return render(request, "office/strips.html", shown)


@guarded(GET=SEE_BACKUPS, POST=BACK_UP)
def backups(request: AskedRequest) -> HttpResponse:
    """Show the backups that there are, and have another made."""
    if request.method == "POST":
        backing_up.ask(request.actor)
        return redirect("backups")
    known = backing_up.known()
    shown = {"known": known, "old": known.old(request.actor.now), "days": backing_up.OLD_AFTER.days}
    return render(request, "office/backups.html", shown)


@guarded(GET=OVERSEE, POST=PLANT)
def canaries(request: AskedRequest) -> HttpResponse:
    """Show who came upon people that do not exist, and plant some among the others."""
    form = PlantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people = plant(by=request.actor, **form.cleaned_data)
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request,
                ngettext("%(n)s person is planted.", "%(n)s people are planted.", people) % {"n": people},
            )
            return redirect("canaries")
    shown = {"touches": touched(request.actor, LOOKS_BACK), "planted": planted(), "form": form}
    return render(request, "office/canaries.html", shown, status=422 if form.is_bound else 200)


@guarded(GET=OVERSEE)
def oversee(request: AskedRequest) -> HttpResponse:
    """Show what colleagues did in some days, in figures; the look itself stands in the trail too."""
    form = PeriodForm(request.GET or None)
    said = form.cleaned_data if form.is_valid() else {}
    period = oversight.Period.of(said.get("first"), said.get("last"), request.actor.today)
    shown = {
        "form": form if form.is_bound and form.errors else PeriodForm(initial=vars(period)),
        "period": period,
        "trail": oversight.trail(),
        "doings": oversight.doings(period),
        "refusals": oversight.refusals(period),
        "kept_away": oversight.kept_away(period),
        "terms": otherwise(settings.TERMS),
        "begins": oversight.BEGINS,
        "ends": oversight.ENDS,
    }
    with transaction.atomic():
        note(request.actor, Verb.READ, DataClass.AUDIT, "oversight")
    return render(request, "office/oversight.html", shown)


@guarded(GET=REVIEW)
def reviews(request: AskedRequest) -> HttpResponse:
    """Show what waits to be looked at again: emergencies, names that chance drew, and a day's limit."""
    shown = {
        "to_second": emergencies.to_second(request.actor),
        "emergencies": emergencies.to_review(request.actor),
        "share": emergencies.share(request.actor),
        "waiting": reviewing.to_review(request.actor),
        "limit": reviewing.at_the_limit(request.actor),
        "doubted": reviewing.doubted(request.actor),
        "verdicts": [(one.value, label) for one, label in reviewing.VERDICT_LABELS.items()],
    }
    return render(request, "office/reviews.html", shown)


@guarded(POST=REVIEW)
def review(request: AskedRequest, event_id: uuid.UUID) -> HttpResponse:
    """Write down what a reviewer thinks of a reveal."""
    reviewing.decide(by=request.actor, event_id=event_id, verdict=_verdict(request))
    return redirect("reviews")


@guarded(POST=REVIEW)
def review_emergency(request: AskedRequest, opened: uuid.UUID) -> HttpResponse:
    """Write down what a reviewer thinks of an emergency."""
    emergencies.decide(by=request.actor, opened=opened, verdict=_verdict(request))
    return redirect("reviews")


def _verdict(request: AskedRequest) -> reviewing.Verdict:
    said = request.POST.get("verdict", "")
    if said not in set(reviewing.Verdict):
        raise Problem(_("Say whether the reason holds."))
    return reviewing.Verdict(said)


@guarded(GET=OWN_DEEDS)
def deeds(request: AskedRequest) -> HttpResponse:
    """Show somebody what the trail has of themselves."""
    return render(request, "office/own_deeds.html", {"deeds": own_deeds(request.actor), "most": SHOWN_DEEDS})


@guarded(GET=OVERSEE)
def retention(request: AskedRequest) -> HttpResponse:
    """Show what is past its time, in figures; nothing is removed."""
    with transaction.atomic():
        note(request.actor, Verb.READ, DataClass.AUDIT, "retention")
    return render(request, "office/retention.html", {"lines": dry_run(request.actor.today), "soon": SOON})


@guarded(GET=OVERSEE, POST=OVERSEE)
def who_saw(request: AskedRequest) -> HttpResponse:
    """Show a person who asks in which roles and when they were looked at; the trail knows of it."""
    form = CodeForm(request.POST or None)
    shown: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            person, looks = looks_at(form.cleaned_data["code"])
        except Problem as problem:
            form.add_error("code", str(problem))
        else:
            shown |= {"person": person, "looks": looks, "most": SHOWN}
            with transaction.atomic():
                note(request.actor, Verb.READ, DataClass.AUDIT, "who saw", person.pk)
    return render(request, "office/who_saw.html", shown)
