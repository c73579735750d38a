"""Addresses of contests."""

from __future__ import annotations

from django.urls import path

from forewatch.rights import views

urlpatterns = [
    path("", views.mine, name="contests"),
    path("new", views.file, name="contest_file"),
    path("desk", views.desk, name="contest_desk"),
    path("<uuid:contest_id>/open", views.opened, name="contest_open"),
    path("<uuid:contest_id>/about", views.about, name="contest_about"),
    path("<uuid:contest_id>/answer", views.answer, name="contest_answer"),
]
