"""Addresses of contests and erasures."""

from __future__ import annotations

from django.urls import URLPattern, path

from forewatch.rights import erasing, views

urlpatterns: list[URLPattern] = [
    path("", views.mine, name="contests"),
    path("new", views.file, name="contest_file"),
    path("desk", views.desk, name="contest_desk"),
    path("<uuid:contest_id>/open", views.opened, name="contest_open"),
    path("<uuid:contest_id>/about", views.about, name="contest_about"),
    path("<uuid:contest_id>/answer", views.answer, name="contest_answer"),
]
erasures: list[URLPattern] = [
    path("", erasing.listed, name="erasures"),
    path("past-their-time", erasing.past_their_time, name="past_their_time"),
    path("ask/<uuid:person_id>", erasing.ask, name="erasure_ask"),
    path("<uuid:erasure_id>/decide", erasing.decide, name="erasure_decide"),
]
