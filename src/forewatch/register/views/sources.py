"""The registry of sources."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.register.actions.sources import save_source
from forewatch.register.forms.others import SourceForm
from forewatch.register.models import Source
from forewatch.register.permissions import can_write_sources
from forewatch.register.queries.sources import one_source, sources
from forewatch.register.views.guards import CORRECT_SOURCE, READ_SOURCES, WRITE_SOURCE


@guarded(GET=READ_SOURCES)
def listed(request: AskedRequest) -> HttpResponse:
    """Show every source with its agreement and usual grade."""
    shown = {"sources": sources(), "may_write": can_write_sources(request.actor)}
    return render(request, "register/sources.html", shown)


@guarded(GET=WRITE_SOURCE, POST=WRITE_SOURCE)
def new(request: AskedRequest) -> HttpResponse:
    """Describe a new source."""
    return _described(request, Source())


@guarded(GET=CORRECT_SOURCE, POST=CORRECT_SOURCE)
def correct(request: AskedRequest, source_id: uuid.UUID) -> HttpResponse:
    """Correct the description of a source."""
    return _described(request, one_source(source_id))


def _described(request: AskedRequest, source: Source) -> HttpResponse:
    form = SourceForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        save_source(by=request.actor, source=form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect("sources")
    return render(request, "register/source.html", {"form": form, "source": source})
