"""Addresses of profiles."""

from __future__ import annotations

from django.urls import path

from forewatch.risk import views

urlpatterns = [
    path("people/<uuid:person_id>", views.person, name="person_profile"),
    path("households/<uuid:household_id>", views.household, name="household_profile"),
    path("contests/<uuid:contest_id>/", views.kept, name="contest_kept"),
    path("areas/<str:area_code>", views.community, name="community_profile"),
]
