"""Addresses of grading."""

from __future__ import annotations

from django.urls import URLPattern, path

from forewatch.intake.grading import views

urlpatterns: list[URLPattern] = [
    path("", views.agreement, name="agreement"),
    path("second", views.waiting, name="second_grades"),
    path("second/<uuid:grading_id>", views.second_statement, name="second_statement"),
    path("second/<uuid:grading_id>/concern", views.second_concern, name="second_concern"),
    path("concerns/<uuid:concern_id>", views.concern, name="concern_grade"),
]
