"""Addresses of contests and erasures."""

from __future__ import annotations

from django.urls import URLPattern, path

from forewatch.rights.views import contests
from forewatch.rights.views import erasures as pages

urlpatterns: list[URLPattern] = [
    path("", contests.mine, name="contests"),
    path("new", contests.file, name="contest_file"),
    path("desk", contests.desk, name="contest_desk"),
    path("<uuid:contest_id>/withdraw", contests.withdraw, name="contest_withdraw"),
    path("<uuid:contest_id>/open", contests.opened, name="contest_open"),
    path("<uuid:contest_id>/about", contests.about, name="contest_about"),
    path("<uuid:contest_id>/answer", contests.answer, name="contest_answer"),
]
erasures: list[URLPattern] = [
    path("", pages.listed, name="erasures"),
    path("past-their-time", pages.past_their_time, name="past_their_time"),
    path("ask/<uuid:person_id>", pages.ask, name="erasure_ask"),
    path("<uuid:erasure_id>/decide", pages.decide, name="erasure_decide"),
]
