"""The registry of sources."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.register.actions.sources import grade_source, name_source, save_source
from forewatch.register.forms.others import SourceForm, SourceGradeForm
from forewatch.register.models import Source
from forewatch.register.permissions import can_grade_sources, can_read_grades, can_write_sources
from forewatch.register.queries.sources import one_source, sources
from forewatch.register.views.guards import (
    CORRECT_SOURCE,
    GRADE_SOURCE,
    NAME_SOURCE,
    READ_SOURCES,
    WRITE_SOURCE,
)

GRADES_SHOWN = 20


@guarded(GET=READ_SOURCES)
def listed(request: AskedRequest) -> HttpResponse:
    """Show every source with its agreement and usual grade."""
    may = {"may_write": can_write_sources(request.actor), "may_grade": can_grade_sources(request.actor)}
    shown = {"sources": sources(), "sees_grades": can_read_grades(request.actor), **may}
    return render(request, "register/sources.html", shown)


@guarded(GET=WRITE_SOURCE, POST=WRITE_SOURCE)
def new(request: AskedRequest) -> HttpResponse:
    """Describe a new source."""
    return _described(request, Source())


@guarded(GET=CORRECT_SOURCE, POST=CORRECT_SOURCE)
def correct(request: AskedRequest, source_id: uuid.UUID) -> HttpResponse:
    """Correct the description of a source."""
    return _described(request, one_source(source_id))


@guarded(GET=GRADE_SOURCE, POST=GRADE_SOURCE)
def grade(request: AskedRequest, source_id: uuid.UUID) -> HttpResponse:
    """Say how far a source can be relied on."""
    source = one_source(source_id)
    form = SourceGradeForm(request.POST or None, initial={"reliability": source.reliability})
    if request.method == "POST" and form.is_valid():
        grade_source(by=request.actor, source=source, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("sources")
    return _to_grade(request, source, form)


@guarded(POST=NAME_SOURCE)
def who(request: AskedRequest, source_id: uuid.UUID) -> HttpResponse:
    """Show who a source is, beside how far it can be relied on; it is written down."""
    source = one_source(source_id)
    form = SourceGradeForm(initial={"reliability": source.reliability})
    return _to_grade(request, source, form, name_source(by=request.actor, source=source))


def _to_grade(request: AskedRequest, source: Source, form: SourceGradeForm, who: str = "") -> HttpResponse:
    grades = source.grades.select_related("by")[:GRADES_SHOWN]
    shown = {"form": form, "source": source, "grades": grades, "who": who}
    return render(request, "register/source_grade.html", shown)


def _described(request: AskedRequest, source: Source) -> HttpResponse:
    form = SourceForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        save_source(
            by=request.actor, source=form.save(commit=False), one_person=form.cleaned_data["one_person"]
        )
        messages.success(request, _("Saved."))
        return redirect("sources")
    return render(request, "register/source.html", {"form": form, "source": source})
