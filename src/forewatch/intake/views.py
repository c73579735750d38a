"""Pages of batches: upload, map, check, hand over, agree, undo."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from forewatch.access.decisions import Refused, Target, decide
from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.intake import actions, jobs, letting_go, presenting, queries, returning
from forewatch.intake.forms import CodesForm, MappingForm, UploadForm
from forewatch.intake.mapping import coded, profile_of
from forewatch.intake.models import Upload
from forewatch.intake.profiles.loading import definition
from forewatch.intake.profiles.writing import to_yaml
from forewatch.intake.rules import PAGE, WAITS, State
from forewatch.ui.problems import Conflict, NotFound
from forewatch.ui.templatetags.ui import day

SEE = Guard(Verb.APPROVE, DataClass.OBSERVATION, Purpose.IMPORT)
IMPORT = Guard(Verb.IMPORT, DataClass.OBSERVATION, Purpose.IMPORT)
APPROVE = Guard(Verb.APPROVE, DataClass.OBSERVATION, Purpose.IMPORT)


@guarded(GET=SEE)
def batches(request: AskedRequest) -> HttpResponse:
    """List the files that came in, the newest first."""
    shown = queries.visible_to(request.actor).select_related("source", "uploaded_by")
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "intake/batches.html",
        {"page": page, "lines": presenting.lines(page), "may_import": _may(request, Verb.IMPORT)},
    )


def _may(request: AskedRequest, verb: Verb, upload: Upload | None = None) -> bool:
    target = Target(areas=upload.area.codes() if upload.area else ()) if upload else None
    return decide(request.actor, verb, DataClass.OBSERVATION, Purpose.IMPORT, target).allowed


@guarded(GET=IMPORT, POST=IMPORT)
def upload(request: AskedRequest) -> HttpResponse:
    """Take a file in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "intake/upload.html", {"form": form})
    file: UploadedFile[Any] = form.cleaned_data["file"]
    taken, new = actions.receive(
        by=request.actor,
        file=file,
        name=file.name or "",
        size=file.size or 0,
        source=form.cleaned_data["source"],
        observed_on=form.cleaned_data["observed_on"],
    )
    if new:
        jobs.go_on(taken)
        if settings.LOCKED:
            messages.info(request, _("The file is kept, sealed. It is read once Forewatch is unlocked."))
    elif taken.observed_on == form.cleaned_data["observed_on"]:
        messages.info(request, _("This very file was uploaded before. Nothing was changed; here it is."))
    else:
        words = _(
            "This very file was uploaded before, as of %(day)s. Nothing was changed; here it is. "
            "If that day is wrong, discard or undo this batch, then upload the file again with the right one."
        )
        messages.warning(request, words % {"day": day(taken.observed_on)})
    return redirect("intake_batch", upload_id=taken.id)


@guarded(GET=SEE)
def batch(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Show where a file stands, and what to do next."""
    found = queries.one_of(request.actor, upload_id)
    shown = {
        "upload": found,
        "state": presenting.state(found),
        "progress": queries.progress(found),
        "steps": presenting.steps(found),
        "problems": presenting.problems(found),
        "refusal": presenting.refusal(found),
        "match": presenting.match(found),
        "may_import": _may(request, Verb.IMPORT, found),
        "may_approve": _may(request, Verb.APPROVE, found) and not queries.had_a_hand_in(request.actor, found),
        "may_discard": _may(request, Verb.IMPORT, found) and found.state in WAITS,
        "may_undo": _may(request, Verb.APPROVE, found),
        "brought_it": queries.had_a_hand_in(request.actor, found),
        "mine": queries.has_the_file(request.actor, found),
        "may_look": _may(request, Verb.APPROVE, found) and queries.may_look_into(request.actor, found),
        "xlsx": found.rejected <= returning.XLSX_ROWS,
        "kept": letting_go.are_kept(found),
        "kept_until": letting_go.kept_until(found),
    }
    return render(request, "intake/batch.html", shown)


@guarded(GET=SEE)
def progress(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Show how far a job is; when it is over the whole page comes again."""
    found = queries.one_of(request.actor, upload_id)
    far = queries.progress(found)
    if far is None or far.stalled:
        answer = redirect("intake_batch", upload_id=found.id)
        if request.htmx:
            answer = HttpResponse(headers={"HX-Redirect": answer["Location"]})  # type: ignore[assignment]
        return answer
    return render(request, "intake/_progress.html", {"upload": found, "progress": far})


def _sheet(request: AskedRequest, found: Upload) -> int:
    """Return the number of the sheet that is asked for."""
    if found.state != State.MAPPING:
        raise Conflict(_("This file has moved on meanwhile. Open it again to see where it stands."))
    asked = request.POST.get("sheet") or request.GET.get("sheet") or "0"
    if not asked.isascii() or not asked.isdigit() or int(asked) >= len(found.sheets):
        raise NotFound("")
    return int(asked)


@guarded(GET=IMPORT, POST=IMPORT)
def map_columns(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Say what each column is; then what its codes mean."""
    found = queries.one_of(request.actor, upload_id)
    number = _sheet(request, found)
    facts = queries.facts_for(request.actor, found, number)
    form = MappingForm(found.sheets[number]["columns"], definition(), request.POST or None)
    actions.look(by=request.actor, upload=found, rows=len(facts["first"]))
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen(form.cleaned_data)
        asked = coded(chosen, facts["values"], definition())
        second = CodesForm(asked, presenting.title_for(found))
        shown = {"upload": found, "form": second, "first": form, "sheet": number}
        return render(request, "intake/codes.html", shown)
    shown = {
        "upload": found,
        "form": form,
        "sheet": number,
        "columns": presenting.columns(form, facts),
        "mine": queries.has_the_file(request.actor, found),
        "profiles": queries.known_profiles(),
    }
    return render(request, "intake/map.html", shown)


@guarded(POST=IMPORT)
def codes(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Keep a mapping as a profile, and check the file by it."""
    found = queries.one_of(request.actor, upload_id)
    number = _sheet(request, found)
    facts = queries.facts_for(request.actor, found, number)
    first = MappingForm(found.sheets[number]["columns"], definition(), request.POST)
    if not first.is_valid():
        raise Conflict(_("The mapping came back incomplete. Go back and choose the columns again."))
    chosen = first.chosen(first.cleaned_data)
    form = CodesForm(coded(chosen, facts["values"], definition()), "", request.POST)
    if not form.is_valid():
        return render(
            request, "intake/codes.html", {"upload": found, "form": form, "first": first, "sheet": number}
        )
    made = profile_of(
        chosen,
        form.codes(),
        definition(),
        code=form.code(),
        version=presenting.next_version(form.code()),
        title=form.cleaned_data["title"],
        sheet=found.sheets[number]["name"],
    )
    text = to_yaml(made)
    actions.save_profile(by=request.actor, text=text)
    actions.read_by(by=request.actor, upload=found, text=text, code=made.id)
    return _on(found)


def _on(found: Upload) -> HttpResponse:
    jobs.go_on(found)
    return redirect("intake_batch", upload_id=found.id)


@guarded(POST=IMPORT)
def use(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Read a file by a profile that is kept already."""
    found = queries.one_of(request.actor, upload_id)
    code = request.POST.get("profile", "")
    text = queries.profile_text(code)
    if not presenting.fits(found, code):
        raise Conflict(
            _("This mapping does not fit: the file lacks columns without which no row can be placed.")
        )
    actions.read_by(by=request.actor, upload=found, text=text, code=code)
    return _on(found)


@guarded(GET=APPROVE)
def rows(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Show the first rows as they are understood."""
    found = queries.one_of(request.actor, upload_id)
    if not queries.may_look_into(request.actor, found):
        if found.state != State.WAITING:
            raise Conflict(
                _("Others than who uploaded the file look at its rows once it waits for them to agree.")
            )
        raise Refused(
            _("The rows of a file are shown to whoever uploaded it, and to the colleague who has to agree."),
            DataClass.IDENTITY,
            Verb.READ,
        )
    shown = presenting.preview(found)
    actions.look(by=request.actor, upload=found, rows=len(shown), to=Verb.APPROVE)
    return render(request, "intake/rows.html", {"upload": found, "rows": shown})


@guarded(GET=IMPORT)
def problem(request: AskedRequest, upload_id: uuid.UUID, problem_id: uuid.UUID) -> HttpResponse:
    """Show the rows with one kind of problem."""
    found = queries.one_of(request.actor, upload_id)
    letting_go.check_kept(found)
    one = queries.problem_of(found, problem_id)
    page = Paginator(queries.examples(one), PAGE).get_page(request.GET.get("page"))
    mine = queries.has_the_file(request.actor, found)
    actions.look(by=request.actor, upload=found, rows=len(page) if mine else 0)
    shown = {
        "upload": found,
        "problem": presenting.problem(one),
        "page": page,
        "rows": presenting.examples(one, page, cells=mine),
        "mine": mine,
    }
    return render(request, "intake/problem.html", shown)


def _set_aside(request: AskedRequest, upload_id: uuid.UUID) -> Upload:
    """Return an upload of which the reader may take the rows set aside away: they brought them."""
    found = queries.one_of(request.actor, upload_id)
    if not queries.has_the_file(request.actor, found):
        raise Refused(
            _("The rows set aside are given as a file only to whoever uploaded them."),
            DataClass.IDENTITY,
            Verb.READ,
        )
    letting_go.check_kept(found)
    return found


@guarded(GET=IMPORT)
def rejected_csv(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Give back the rows set aside, with reasons, as CSV."""
    found = _set_aside(request, upload_id)
    actions.look(by=request.actor, upload=found, rows=found.rejected)
    # The reader's language is over before the last row is sent, so sentences are made here, row by row.
    language = get_language()

    def pieces() -> Iterator[bytes]:
        with override(language):
            yield from returning.as_csv(returning.rows(found))

    answer = StreamingHttpResponse(pieces(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rows-to-correct.csv"'
    return answer  # type: ignore[return-value]  # a response all the same


@guarded(GET=IMPORT)
def rejected_xlsx(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Give back the rows set aside, with reasons, as a workbook."""
    found = _set_aside(request, upload_id)
    if found.rejected > returning.XLSX_ROWS:
        raise Conflict(_("These are too many rows for a workbook. Take them as CSV."))
    actions.look(by=request.actor, upload=found, rows=found.rejected)
    buffer = io.BytesIO()
    returning.as_xlsx(returning.rows(found), buffer)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(buffer.getvalue(), content_type=kind)
    answer["Content-Disposition"] = 'attachment; filename="rows-to-correct.xlsx"'
    return answer


def _deed(request: AskedRequest, upload_id: uuid.UUID, deed: Any, words: str = "") -> HttpResponse:
    found = queries.one_of(request.actor, upload_id)
    deed(by=request.actor, upload=found)
    if words:
        messages.success(request, words)
    return redirect("intake_batch", upload_id=found.id)


@guarded(POST=IMPORT)
def map_again(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Go back to the mapping."""
    found = queries.one_of(request.actor, upload_id)
    actions.map_again(by=request.actor, upload=found)
    return redirect("intake_map", upload_id=found.id)


@guarded(POST=SEE)
def start_again(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Begin a job again that was cut off."""
    found = queries.one_of(request.actor, upload_id)
    actions.start_again(by=request.actor, upload=found)
    return _on(found)


@guarded(POST=IMPORT)
def hand_over(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Hand a checked batch to a colleague."""
    found = queries.one_of(request.actor, upload_id)
    if actions.hand_over(by=request.actor, upload=found):
        return _on(found)
    messages.success(request, _("A colleague can now look at this batch and let it in."))
    return redirect("intake_batch", upload_id=found.id)


@guarded(POST=APPROVE)
def approve(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Let a colleague's batch in."""
    found = queries.one_of(request.actor, upload_id)
    actions.approve(by=request.actor, upload=found)
    return _on(found)


@guarded(POST=APPROVE)
def send_back(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Give a batch back to whoever uploaded it."""
    return _deed(request, upload_id, actions.send_back, _("The batch went back to its owner."))


@guarded(POST=APPROVE)
def undo(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Take a batch out of the register again, as a unit."""
    found = queries.one_of(request.actor, upload_id)
    actions.undo(by=request.actor, upload=found)
    return _on(found)


@guarded(POST=IMPORT)
def discard(request: AskedRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Throw a file away that is not in."""
    return _deed(
        request, upload_id, actions.discard, _("The file was thrown away. Nothing of it is in the register.")
    )
