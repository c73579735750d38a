"""Nothing is answered that did not come by HTTPS through the proxy on this machine."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

LOG = logging.getLogger("forewatch.security")
PROTO = "HTTP_X_FORWARDED_PROTO"
OPEN = "/health"
"""What a watchdog on this machine asks without a proxy."""


class HttpsOnly:
    """Refuses plain HTTP instead of redirecting it: whoever sent a password or a key that way must notice.

    The proxy's word counts only from the loopback, and only where it is one word: a proxy that adds its own
    to what a browser wrote would otherwise pass the browser's on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.HTTPS_ONLY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, or refuse it."""
        if request.path == OPEN or came_by_https(request):
            return self.get_response(request)
        LOG.warning("plain http", extra={"event": "plain_http", "request": request})
        return HttpResponse("This server speaks HTTPS only.\n", status=403, content_type="text/plain")


def came_by_https(request: HttpRequest) -> bool:
    """Tell whether a request came by HTTPS, by the word of the proxy or of the server itself."""
    said = request.META.get(PROTO)
    if said is None:
        return bool(request.META.get("wsgi.url_scheme") == "https")
    return bool(said == "https" and is_loopback(request.META.get("REMOTE_ADDR", "")))


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
