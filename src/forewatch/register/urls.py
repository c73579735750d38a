"""Addresses of `register`."""

from __future__ import annotations

from django.urls import URLPattern, path

from forewatch.register.views import (
    checks,
    consents,
    editing,
    emergencies,
    households,
    lists,
    people,
    sources,
)

urlpatterns: list[URLPattern] = [
    path("", households.listed, name="households"),
    path("new", editing.new, name="household_new"),
    path("registered", editing.registered, name="registered"),
    path("drafts", editing.keep, name="draft_keep"),
    path("drafts/<uuid:draft_id>/drop", editing.drop, name="draft_drop"),
    path("questions", editing.member_questions, name="member_questions"),
    path("households/<uuid:household_id>", households.household, name="household"),
    path("households/<uuid:household_id>/names", households.names, name="household_names"),
    path("households/<uuid:household_id>/edit", editing.edit, name="household_edit"),
    path("households/<uuid:household_id>/given", households.given, name="household_given"),
    path("households/<uuid:household_id>/related", households.related, name="conflict_own"),
    path("households/<uuid:household_id>/kept-away", households.kept_away, name="conflict_name"),
    path("households/<uuid:household_id>/let-back/<uuid:user_id>", households.let_back, name="conflict_end"),
    path("assignments/<uuid:assignment_id>/end", households.taken_back, name="assignment_end"),
    path("emergency", emergencies.emergency, name="emergency"),
    path("emergency/<uuid:opened>", emergencies.one, name="emergency_asked"),
    path("emergency/<uuid:opened>/names", emergencies.names, name="emergency_names"),
    path("emergency/<uuid:asked>/second", emergencies.seconded, name="emergency_second"),
    path("persons/<uuid:person_id>", people.person, name="person"),
    path("persons/<uuid:person_id>/consent", consents.consent, name="consent"),
    path("persons/<uuid:person_id>/merge", people.merge_with, name="person_merge"),
    path("persons/<uuid:person_id>/step", lists.step, name="citizenship_step"),
    path("steps/<uuid:step_id>/end", lists.step_ended, name="citizenship_step_end"),
    path("records/<uuid:record_id>/correct", people.correct, name="record_correct"),
    path("events/<uuid:happening_id>/take-back", people.take_back, name="event_take_back"),
    path("children", lists.all_children, name="children"),
    path("children/names", lists.names_of_children, name="children_names"),
    path("papers", lists.caseload, name="caseload"),
    path("checks", checks.listed, name="checks"),
    path("checks/<uuid:correction_id>", checks.check, name="check"),
    path("merges/<uuid:asked_merge_id>/check", checks.merge_check, name="merge_check"),
    path("matches", people.matches, name="matches"),
    path("matches/<uuid:proposal_id>", people.match, name="match"),
    path("merges/<uuid:merge_id>/undo", people.undo, name="merge_undo"),
    path("sources", sources.listed, name="sources"),
    path("sources/new", sources.new, name="source_new"),
    path("sources/<uuid:source_id>", sources.correct, name="source_correct"),
    path("sources/<uuid:source_id>/grade", sources.grade, name="source_grade"),
    path("sources/<uuid:source_id>/who", sources.who, name="source_who"),
]
