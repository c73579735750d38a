"""Addresses of `/api/v1`, each with what it does to which class of data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.api.describing import openapi, parameters
from forewatch.api.guarding import opened
from forewatch.api.operations import api
from forewatch.api.problems import problem

REFERENCE = {"GET": Guard(Verb.READ, DataClass.REFERENCE)}
RELEASED = {"GET": Guard(Verb.READ, DataClass.RELEASED)}
IMPORT = Guard(Verb.IMPORT, DataClass.OBSERVATION, Purpose.IMPORT)
GUARDS = {
    "api_areas": REFERENCE,
    "api_area": REFERENCE,
    "api_indicators": REFERENCE,
    "api_releases": RELEASED,
    "api_figures": RELEASED,
    "api_submissions": {"POST": IMPORT},
    "api_submission": {"GET": IMPORT},
}


def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer an address that the API does not have."""
    return problem(404, _("The API has no such address. /api/v1/openapi.json names them all."))


def _operations() -> list[URLPattern]:
    found = {one.name: one for one in api.urls[0] if isinstance(one, URLPattern)}
    return [
        path(
            str(found[name].pattern),
            opened(found[name].callback, methods, parameters()[name.removeprefix("api_")]),
            name=name,
        )
        for name, methods in GUARDS.items()
    ]


urlpatterns = [
    path("openapi.json", openapi, name="api_description"),
    *_operations(),
    re_path(r"^.*$", nowhere, name="api_nowhere"),
]
