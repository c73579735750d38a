"""Pages of source profiles, and of sources."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.analysis.problems import Problem
from forewatch.intake import actions, queries
from forewatch.intake.forms import ProfileForm
from forewatch.intake.profiles.linting import examine
from forewatch.intake.profiles.loading import definition
from forewatch.register.actions.sources import save_source
from forewatch.register.forms.others import SourceForm

IMPORT = Guard(Verb.IMPORT, DataClass.OBSERVATION, Purpose.IMPORT)
MAKE = Guard(Verb.CREATE, DataClass.REFERENCE, Purpose.IMPORT)


@guarded(GET=IMPORT)
def profiles(request: AskedRequest) -> HttpResponse:
    """List the profiles by which files are recognised."""
    return render(request, "intake/profiles.html", {"profiles": queries.known_profiles()})


@guarded(GET=IMPORT)
def export_profile(request: AskedRequest, profile_code: str) -> HttpResponse:
    """Give a profile as a file."""
    answer = HttpResponse(queries.profile_text(profile_code), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{profile_code}.yaml"'
    return answer


@guarded(GET=IMPORT, POST=IMPORT)
def import_profile(request: AskedRequest) -> HttpResponse:
    """Take a profile in, unless the linter finds mistakes: then each with its line."""
    form = ProfileForm(request.POST or None, request.FILES or None)
    found: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        profile, found = examine(text, "profile.yaml", definition())
        if profile is not None:
            actions.save_profile(by=request.actor, text=text)
            messages.success(
                request, _("The profile is kept. Files with its columns are recognised from now on.")
            )
            return redirect("intake_profiles")
        form = ProfileForm(initial={"text": text})
    return render(request, "intake/profile_import.html", {"form": form, "found": found})


@guarded(GET=MAKE, POST=MAKE)
def new_source(request: AskedRequest) -> HttpResponse:
    """Add a source to the registry of sources."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_source(
            by=request.actor, source=form.save(commit=False), one_person=form.cleaned_data["one_person"]
        )
        return redirect("intake_upload")
    return render(request, "intake/source.html", {"form": form})
