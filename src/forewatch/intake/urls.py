"""Addresses of `intake`."""

from __future__ import annotations

from django.urls import path

from forewatch.intake import profile_views, views

urlpatterns = [
    path("", views.batches, name="intake"),
    path("upload", views.upload, name="intake_upload"),
    path("sources/new", profile_views.new_source, name="intake_source"),
    path("profiles/", profile_views.profiles, name="intake_profiles"),
    path("profiles/import", profile_views.import_profile, name="intake_profile_import"),
    path("profiles/<slug:profile_code>.yaml", profile_views.export_profile, name="intake_profile"),
    path("<uuid:upload_id>/", views.batch, name="intake_batch"),
    path("<uuid:upload_id>/progress", views.progress, name="intake_progress"),
    path("<uuid:upload_id>/map", views.map_columns, name="intake_map"),
    path("<uuid:upload_id>/codes", views.codes, name="intake_codes"),
    path("<uuid:upload_id>/use", views.use, name="intake_use"),
    path("<uuid:upload_id>/rows", views.rows, name="intake_rows"),
    path("<uuid:upload_id>/problems/<uuid:problem_id>", views.problem, name="intake_problem"),
    path("<uuid:upload_id>/rejected.csv", views.rejected_csv, name="intake_rejected_csv"),
    path("<uuid:upload_id>/rejected.xlsx", views.rejected_xlsx, name="intake_rejected_xlsx"),
    path("<uuid:upload_id>/map-again", views.map_again, name="intake_map_again"),
    path("<uuid:upload_id>/start-again", views.start_again, name="intake_start_again"),
    path("<uuid:upload_id>/hand-over", views.hand_over, name="intake_hand_over"),
    path("<uuid:upload_id>/approve", views.approve, name="intake_approve"),
    path("<uuid:upload_id>/send-back", views.send_back, name="intake_send_back"),
    path("<uuid:upload_id>/undo", views.undo, name="intake_undo"),
    path("<uuid:upload_id>/discard", views.discard, name="intake_discard"),
]
