"""Signing in and out, and the second factor: of allauth's addresses those that are needed, and no other."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

from forewatch.access.views import end_others, end_session, first_sign_in, my_sessions

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("first/", first_sign_in, name="account_first"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("sessions/", my_sessions, name="sessions"),
    path("sessions/others/end", end_others, name="sessions_end_others"),
    path("sessions/<uuid:session>/end", end_session, name="session_end"),
    path("2fa/", include("allauth.mfa.urls")),
]
