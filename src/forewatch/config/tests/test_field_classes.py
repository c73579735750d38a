"""Every table says how much harm each field could do; for those that cannot say it, this file does."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from forewatch.access.rules import DataClass

ELSEWHERE = {
    # Below the decision: they know nothing of its classes.
    "audit.Event": DataClass.AUDIT,
    "audit.Link": DataClass.AUDIT,
    "keystore.DataKey": DataClass.IDENTITY,
    # Of libraries: who signs in, how, from where, and what failed.
    "mfa.Authenticator": DataClass.ACCOUNT,
    "account.EmailAddress": DataClass.ACCOUNT,
    "account.EmailConfirmation": DataClass.ACCOUNT,
    "axes.AccessAttempt": DataClass.ACCOUNT,
    "axes.AccessAttemptExpiration": DataClass.ACCOUNT,
    "axes.AccessFailureLog": DataClass.ACCOUNT,
    "axes.AccessLog": DataClass.ACCOUNT,
    # Of libraries: ids of rows and names of tables.
    "auth.Group": DataClass.SYSTEM,
    "auth.Permission": DataClass.SYSTEM,
    "contenttypes.ContentType": DataClass.SYSTEM,
    "django_tasks_database.DBTaskResult": DataClass.SYSTEM,
}
MODELS = {one._meta.label: one for one in apps.get_models()}


@pytest.mark.parametrize("name", sorted(MODELS.keys() - ELSEWHERE.keys()))
def test_every_field_has_a_class(name: str) -> None:
    model: type[models.Model] = MODELS[name]
    privacy = model.Privacy  # type: ignore[attr-defined]
    named = {one for one in vars(privacy) if not one.startswith("_")} - {"default"}

    assert isinstance(privacy.default, DataClass)
    assert named <= {field.name for field in model._meta.get_fields()}
    assert all(isinstance(getattr(privacy, one), DataClass) for one in named)


def test_every_other_table_is_there_and_names_no_class_of_its_own() -> None:
    assert ELSEWHERE.keys() <= MODELS.keys()
    assert not [name for name in ELSEWHERE if hasattr(MODELS[name], "Privacy")]
