"""The first page, and the one that tells a watchdog whether the server is well."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forewatch.access.guarding import guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.sessions import is_no_use
from forewatch.config.today import alarms as urgent
from forewatch.config.today import needs
from forewatch.intake.actions import LEAST_FREE
from forewatch.office.queries import my_roles_that_wait
from forewatch.ui import room


@guarded(GET=None)
def today(request: AskedRequest) -> HttpResponse:
    """Show what needs this person now."""
    shown = {"needs": needs(request.actor), "roles": my_roles_that_wait(request.actor)}
    return render(request, "config/today.html", shown)


@guarded(GET=None)
def alarms(request: AskedRequest) -> HttpResponse:
    """Show what somebody who oversees must know at once; pages ask for it by themselves, again and again."""
    return is_no_use(render(request, "config/alarms.html", {"alarms": urgent(request.actor)}))


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers and there is room; nothing else, because anybody may ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if shutil.disk_usage(settings.DATA_DIR).free < LEAST_FREE:
        return JsonResponse({"status": "the disk is nearly full"}, status=503)
    if room.is_wanting():
        return JsonResponse({"status": "the disk is full, nothing can be saved"}, status=503)
    return JsonResponse({"status": "well"})
