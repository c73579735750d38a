"""Addresses of `places`."""

from __future__ import annotations

from django.urls import path

from forewatch.places import views

urlpatterns = [
    path("", views.areas, name="areas"),
    path("tiles/areas.pmtiles", views.area_tiles, name="area_tiles"),
    path("<str:area_code>/", views.area, name="area"),
]
