"""The request as views see it: with the actor that asks."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from forewatch.access.decisions import Actor


class AskedRequest(HttpRequest):
    """A request after the access middleware (`actor`) and the htmx middleware (`htmx`)."""

    actor: Actor
    htmx: HtmxDetails


def address_of(request: HttpRequest) -> str | None:
    """Return the address of whoever asks as the proxy in front tells it, whatever a browser added.

    None for a request that came over no network.
    """
    from allauth.account.adapter import get_adapter

    return str(get_adapter().get_client_ip(request)) if "REMOTE_ADDR" in request.META else None
