"""The gallery of components, as a page that Chromium opens; its other parts come from our server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page

from forewatch.config.tests.browser import WIDE

GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
ANSWERS = [("y", "yes"), ("n", "no"), ("u", "does not know")]
Shown = Callable[..., Page]


class Everything(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Head of the household", help_text="As on the house registration.")
    born = forms.IntegerField(label="Year of birth", required=False)
    visited = forms.DateField(label="Visited on", widget=forms.DateInput({"type": "date"}))
    village = forms.ChoiceField(label="Village", choices=[("1", "Mill Village 1"), ("2", "Mill Village 2")])
    papers = forms.ChoiceField(label="Papers", choices=ANSWERS, widget=forms.RadioSelect)
    helps = forms.MultipleChoiceField(
        label="Who helps", choices=ANSWERS[:2], widget=forms.CheckboxSelectMultiple
    )
    notes = forms.CharField(label="Notes", widget=forms.Textarea({"rows": 3}), required=False)
    consents = forms.BooleanField(label="The family agrees that the volunteer visits again", required=False)
    file = forms.FileField(label="A file", required=False)


@pytest.fixture
def shown(open_page: Callable[..., Page]) -> Shown:
    """Return a function that opens the gallery."""

    def opened(width: int = WIDE, **others: Any) -> Page:
        page = open_page(width, **others)
        request = RequestFactory().get("/gallery")
        request.user = AnonymousUser()
        form = Everything({"name": "", "born": "2510", "village": "1"})
        html = engines["django"].from_string(GALLERY).render({"form": form}, request)
        page.route("**/gallery", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("/gallery")
        return page

    return opened
