"""Every address, in the order of the circle."""

from __future__ import annotations

from django.urls import include, path

from forewatch.access.views import choose_language
from forewatch.config.views import alarms, health, today
from forewatch.office.team_views import team_deeds
from forewatch.office.views import (
    backups,
    canaries,
    deeds,
    oversee,
    retention,
    review,
    review_emergency,
    reviews,
    who_saw,
)
from forewatch.reports.atlas.urls import reports
from forewatch.rights.urls import erasures

urlpatterns = [
    path("", today, name="today"),
    path("alarms", alarms, name="alarms"),
    path("health", health, name="health"),
    path("account/", include("forewatch.access.urls")),
    path("language/setlang/", choose_language, name="set_language"),
    path("areas/", include("forewatch.places.urls")),
    path("people/", include("forewatch.register.urls")),
    path("concerns/", include("forewatch.intake.concerns.urls")),
    path("intake/", include("forewatch.intake.urls")),
    path("grading/", include("forewatch.intake.grading.urls")),
    path("contests/", include("forewatch.rights.urls")),
    path("erasures/", include(erasures)),
    path("to-be-told/", include("forewatch.rights.informing.urls")),
    path("map/", include("forewatch.reports.atlas.urls")),
    path("reports/", include(reports)),
    path("risk/", include("forewatch.risk.urls")),
    path("staff/", include("forewatch.office.urls")),
    path("oversight/", oversee, name="oversight"),
    path("oversight/of-me/", deeds, name="own_deeds"),
    path("oversight/of-my-team/", team_deeds, name="team_deeds"),
    path("oversight/who-saw-me/", who_saw, name="who_saw"),
    path("oversight/retention/", retention, name="retention"),
    path("oversight/canaries/", canaries, name="canaries"),
    path("oversight/reviews/", reviews, name="reviews"),
    path("oversight/reviews/<uuid:event_id>", review, name="review"),
    path("oversight/emergencies/<uuid:opened>", review_emergency, name="break_glass_review"),
    path("backups/", backups, name="backups"),
    path("paper/", include("forewatch.reports.urls")),
    path("exits/", include("forewatch.reports.exits.urls")),
    path("keys/", include("forewatch.api.key_urls")),
    path("api/v1/", include("forewatch.api.urls")),
]
