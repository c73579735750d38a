"""Problems become pages, in one place."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from forewatch.ui.problems import NotFound, Problem


class ProblemMiddleware:
    """Shows a `Problem` as a page with its words and its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn a problem into its page; what is not one is left to Django."""
        if isinstance(problem, Http404):
            problem = NotFound("")
        if not isinstance(problem, Problem):
            return None
        template = "ui/not_found.html" if isinstance(problem, NotFound) else "ui/problem.html"
        return render(request, template, {"words": str(problem)}, status=problem.status)
