"""The request as views see it: with the actor that asks."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from forewatch.access.decisions import Actor


class AskedRequest(HttpRequest):
    """A request after the access middleware (`actor`) and the htmx middleware (`htmx`)."""

    actor: Actor
    htmx: HtmxDetails
