"""Addresses of telling people what was collected about them."""

from __future__ import annotations

from django.urls import URLPattern, path

from forewatch.rights.informing import views

urlpatterns: list[URLPattern] = [
    path("", views.listed, name="informing"),
    path("grounds", views.grounds, name="informing_grounds"),
    path("<uuid:duty_id>", views.told, name="informing_one"),
    path("<uuid:duty_id>/not", views.not_told, name="informing_not"),
    path("<uuid:duty_id>/review", views.review, name="informing_review"),
]
