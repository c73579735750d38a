"""Signing in and out, and the second factor: of allauth's addresses those that are needed, and no other."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

from forewatch.access.views import first_sign_in

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("first/", first_sign_in, name="account_first"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
