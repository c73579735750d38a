"""Every field says how much harm it could do, and the database holds what the models promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, models, transaction
from django.utils import timezone

from forewatch.access.rules import DataClass, Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.models import (
    Draft,
    Household,
    Identity,
    IdentityKey,
    Membership,
    Person,
    Record,
    Residence,
)
from forewatch.register.tests.building import household, member, number, people_of

Areas = dict[str, Area]
MODELS = list(apps.get_app_config("register").get_models())
SEALED = {(Identity, "sealed"), (Residence, "address"), (Draft, "sealed")}
TODAY = timezone.localdate()


@pytest.mark.parametrize("model", MODELS)
def test_every_field_has_a_privacy_class(model: type[models.Model]) -> None:
    privacy = model.Privacy  # type: ignore[attr-defined]
    assert isinstance(privacy.default, DataClass)
    named = {name for name in vars(privacy) if not name.startswith("_")} - {"default"}
    assert named <= {field.name for field in model._meta.get_fields()}


@pytest.mark.parametrize("model", MODELS)
def test_what_is_in_clear_has_no_place_for_a_name_or_a_number(model: type[models.Model]) -> None:
    """Identities stand in sealed bytes and keyed hashes only; text in clear is about deeds."""
    about_deeds = {"reason", "agreement", "name", "code", "root", "origin", "area_path", "incident"}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.TextField):
            raise AssertionError(f"{model.__name__}.{field.name} is free text in clear")
        if isinstance(field, models.CharField) and not field.choices:
            assert field.name in about_deeds | {
                "papers",
                "event",
                "wording",
                "countries",
                "conditions",
                "words",
            }, f"{model.__name__}.{field.name}"
        if isinstance(field, models.BinaryField):
            privacy = model.Privacy  # type: ignore[attr-defined]
            sealed = DataClass.SOURCE if field.name == "who" else DataClass.IDENTITY
            assert getattr(privacy, field.name, privacy.default) is sealed


def test_nothing_of_a_household_stands_in_clear_in_the_database(cast: Cast, areas: Areas) -> None:
    digits = number("3141592")
    household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member("Unmistakable", numbered=digits))
    for model in MODELS:
        for row in model._default_manager.values():
            for value in row.values():
                text = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                assert b"Unmistakable" not in text
                assert digits.encode() not in text


@pytest.fixture
def home(cast: Cast, areas: Areas) -> Household:
    return household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member(numbered=number("1")))


def refused(deed: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            deed()
    except IntegrityError:
        return True
    return False


def test_the_database_holds_what_no_action_should_do(cast: Cast, areas: Areas, home: Household) -> None:
    ann = people_of(home)[0]
    now, user = timezone.now(), cast[Role.DISTRICT_OFFICER]
    other = household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member("Ben"))
    key = IdentityKey.objects.get(kind="citizen_id")
    wrong = {
        "two current homes": lambda: Residence.objects.create(
            household=home, area=areas[VILLAGE], valid_from=TODAY
        ),
        "two current households": lambda: Membership.objects.create(
            person=ann, household=other, valid_from=TODAY
        ),
        "an end before the start": lambda: Membership.objects.create(
            person=ann, household=other, valid_from=TODAY, valid_to=TODAY - timedelta(days=1)
        ),
        "merged into oneself": lambda: Person.objects.filter(pk=ann.pk).update(merged_into=ann.pk),
        "one number of two": lambda: IdentityKey.objects.create(
            person=people_of(other)[0], kind=key.kind, key=bytes(key.key)
        ),
        "a record about two subjects": lambda: Record.objects.create(
            level="person",
            person=ann,
            household=home,
            source_id=_source(user),
            observed_on=TODAY,
            received_on=TODAY,
            received_at=now,
        ),
    }
    for what, deed in wrong.items():
        assert refused(deed), what


def _source(user: object) -> object:
    from forewatch.register.models import Source

    made, _ = Source.objects.get_or_create(
        code="s",
        defaults={"name": "S", "kind": "visit", "agency": user.organisation},  # type: ignore[attr-defined]
    )
    return made.pk


def test_a_record_is_never_changed_not_even_by_the_database(home: Household, cast: Cast) -> None:
    from forewatch.register.actions.statements import record_answers
    from forewatch.register.entries import Observation

    record_answers(
        by=cast.actor(Role.DISTRICT_OFFICER),
        subject=home,
        observation=Observation(TODAY),
        answers={"arrears": True},
    )
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Record.objects.update(values={"arrears": False})
