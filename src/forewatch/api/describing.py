"""The API's own description (OpenAPI 3.1): what ninja finds in the operations, and their problems."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from forewatch.api.operations import api
from forewatch.api.problems import MEDIA_TYPE
from forewatch.api.schemas import ProblemDocument

PREFIX = "api/v1"
PROBLEMS = {
    401: "No key that holds, and nobody signed in.",
    403: "Not open to this key or role.",
    422: "The request does not say what it should; `errors` names the places.",
    429: "Too many requests.",
}
OF_ONE = {404: "There is none, or none for you."}
OF_BODY = {
    400: "The body is not JSON.",
    409: "The Idempotency-Key or the rows came before with other content.",
    413: "Too large.",
    415: "Not announced as JSON.",
}


@cache
def description() -> dict[str, Any]:
    """Return the description as JSON holds it."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    found["components"]["schemas"]["Problem"] = ProblemDocument.model_json_schema()
    found["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"key": []}]
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            answers = PROBLEMS | (OF_BODY if method == "post" else {})
            if "{" in path or path.endswith("/figures"):
                answers |= OF_ONE
            for status, words in sorted(answers.items()):
                operation["responses"][status] = _answer(words)
    return found


@cache
def parameters() -> dict[str, frozenset[str]]:
    """Return what may be said behind the question mark, by operation."""
    return {
        operation["operationId"]: frozenset(
            one["name"] for one in operation["parameters"] if one["in"] == "query"
        )
        for methods in description()["paths"].values()
        for operation in methods.values()
    }


def _answer(words: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """Answer the description to anybody: it is about nobody."""
    return JsonResponse(description())
