"""Addresses of `reports`: what is printed."""

from __future__ import annotations

from django.urls import path

from forewatch.reports.paper import views

urlpatterns = [
    path("", views.overview, name="paper"),
    path("forms/", views.blank_forms, name="blank_forms"),
    path("visits/", views.visit_lists, name="visit_lists"),
    path("visits/new/", views.request_list, name="request_visit_list"),
    path("visits/<uuid:visit_list_id>/", views.visit_list, name="visit_list"),
    path("visits/<uuid:visit_list_id>/decision", views.decide_list, name="decide_visit_list"),
    path("visits/<uuid:visit_list_id>/sheet", views.print_list, name="print_visit_list"),
    path("printings/", views.printings, name="printings"),
]
