"""Addresses of concerns."""

from __future__ import annotations

from django.urls import path

from forewatch.intake.concerns import views

urlpatterns = [
    path("", views.desk, name="concerns"),
    path("report", views.report, name="concern_report"),
    path("<uuid:concern_id>/open", views.opened, name="concern_open"),
    path("<uuid:concern_id>/take", views.take, name="concern_take"),
    path("<uuid:concern_id>/give-back", views.give_back, name="concern_give_back"),
    path("<uuid:concern_id>/close", views.close, name="concern_close"),
]
