"""Addresses of the map, and of reports."""

from __future__ import annotations

from django.urls import path

from forewatch.reports.atlas import views

reports = [
    path("", views.report, name="report"),
    path("export", views.report_export, name="report_export"),
]
urlpatterns = [
    path("", views.area_map, name="map"),
    path("first", views.where_first, name="where_first"),
    path("figures", views.area_figures, name="map_figures"),
    path("outlines", views.area_outlines, name="map_outlines"),
]
