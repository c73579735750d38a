"""Every component on one page, looked at in Chromium as each kind of reader sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Page

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.browser import NARROW, WIDE
from forewatch.config.tests.cast import Cast

GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
ANSWERS = [("y", "yes"), ("n", "no"), ("u", "does not know")]


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


def gallery(language: str = "en") -> str:
    request = RequestFactory().get("/gallery")
    request.user = AnonymousUser()
    with translation.override(language):
        form = Everything({"name": "", "born": "2510", "village": "1"})
        return engines["django"].from_string(GALLERY).render({"form": form}, request)


@pytest.fixture
def shown(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens the gallery; its other parts come from our server."""

    def opened(width: int = WIDE, **others: Any) -> Page:
        page = open_page(width, **others)
        html = gallery()
        page.route("**/gallery", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("/gallery")
        return page

    return opened


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_components_are_open_to_everybody(
    shown: Callable[..., Page], axe: Callable[[Page], None], picture: Callable[[Page, str], Path], width: int
) -> None:
    page = shown(width)

    picture(page, "components")
    axe(page)


@pytest.mark.parametrize("name", ["Nok", "The Assistant Director of the Provincial Office for Everything"])
def test_the_bar_stays_on_one_line_above_the_navigation(
    cast: Cast, signed_in: Callable[..., Page], name: str
) -> None:
    user = cast[Role.PROVINCIAL_LEAD]
    User.objects.filter(pk=user.pk).update(name=name)

    page = signed_in(user, NARROW)

    tops = [page.locator(one).bounding_box() for one in (".top .brand", ".top .who")]
    assert tops[0]["y"] == pytest.approx(tops[1]["y"], abs=2)
    assert tops[1]["x"] + tops[1]["width"] <= NARROW
