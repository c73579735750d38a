"""Addresses of the pages of keys."""

from __future__ import annotations

from django.urls import path

from forewatch.api import views

urlpatterns = [
    path("", views.keys, name="api_keys"),
    path("new", views.new_key, name="api_key_new"),
    path("<uuid:key_id>/end", views.end_key, name="api_key_end"),
]
