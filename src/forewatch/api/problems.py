"""Errors as programs read them: problem documents (RFC 9457), each with a sentence for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from forewatch.ui.problems import Problem

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Return a problem document; `errors` names the places in the request that are wrong."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        said["errors"] = list(errors)
    return JsonResponse(said, status=status, content_type=MEDIA_TYPE, headers=headers)


def answer_mistakes(api: NinjaAPI) -> None:
    """Let an API answer what goes wrong in its operations as problem documents."""
    handlers: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Problem: _said,
        ValidationError: _invalid,
        HttpError: _unreadable,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _said(request: HttpRequest, found: Problem) -> HttpResponse:
    return problem(found.status, str(found) or _("There is none, or none for you."))


def _invalid(request: HttpRequest, found: ValidationError) -> HttpResponse:
    errors = [
        {"where": ".".join(str(part) for part in one["loc"]), "what": str(one["msg"])} for one in found.errors
    ]
    words = _("The request does not say what it should. “errors” names each place.")
    return problem(422, words, errors=errors[:50])


def _unreadable(request: HttpRequest, found: HttpError) -> HttpResponse:
    words = _("The body is not JSON. Check that nothing was cut off, and that it is in UTF-8.")
    return problem(found.status_code, words)
