"""Addresses of what leaves."""

from __future__ import annotations

from django.urls import URLPattern, path

from forewatch.reports.exits import views

urlpatterns: list[URLPattern] = [
    path("", views.listed, name="exits"),
    path("new", views.new, name="exit_new"),
    path("<uuid:exit_id>", views.one, name="exit"),
    path("<uuid:exit_id>/decision", views.decide, name="exit_decide"),
    path("<uuid:exit_id>/file", views.file, name="exit_file"),
    path("<uuid:exit_id>/review", views.review, name="exit_review"),
    path("<uuid:exit_id>/recall", views.recall, name="exit_recall"),
    path("<uuid:exit_id>/told", views.told, name="exit_told"),
]
