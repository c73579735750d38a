"""Addresses of the office."""

from __future__ import annotations

from django.urls import path

from forewatch.office import role_views, views

urlpatterns = [
    path("", views.people, name="staff"),
    path("accounts/", views.new_accounts, name="accounts_new"),
    path("accounts/make", views.make, name="accounts_make"),
    path("<uuid:user_id>/", views.colleague, name="colleague"),
    path("<uuid:user_id>/role", role_views.give, name="role_give"),
    path("roles/", role_views.waiting, name="roles_waiting"),
    path("roles/<uuid:grant_id>/ends", role_views.end, name="role_ends"),
    path("<uuid:user_id>/lives", views.lives, name="colleague_lives"),
    path("<uuid:user_id>/leaves", views.leave, name="colleague_leaves"),
    path("<uuid:user_id>/lost", views.recover, name="colleague_lost"),
]
