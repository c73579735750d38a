"""Data keys: one for each subject, wrapped for it alone, committed before what they seal."""

from __future__ import annotations

import os
import uuid

import pytest
from django.conf import LazySettings
from django.db import connections, transaction

from forewatch.config.tests.assurance import Assured
from forewatch.keystore.keys import found, minted, rewrap, shred
from forewatch.keystore.models import DataKey
from forewatch.keystore.wrapping import CannotUnwrap, made, unwrapped
from forewatch.lib.ids import new_id

MASTER = b"wraps nothing but made-up people"


def test_a_key_opens_with_its_master_and_for_its_subject_only() -> None:
    ann, ben = new_id(), new_id()
    ((_, key, wrapped),) = made(MASTER, [ann])
    assert unwrapped([MASTER], [(ann, wrapped)]) == {ann: key}
    assert key not in wrapped
    for master, subject in ((MASTER, ben), (os.urandom(32), ann)):
        with pytest.raises(CannotUnwrap):
            unwrapped([master], [(subject, wrapped)])


@pytest.mark.parametrize("cut", [0, 5, 20])
def test_changed_and_cut_keys_do_not_open(cut: int) -> None:
    ann = new_id()
    ((_, _, wrapped),) = made(MASTER, [ann])
    changed = wrapped[:cut] + bytes([wrapped[cut] ^ 1]) + wrapped[cut + 1 :]
    for bad in (changed, wrapped[:cut]):
        with pytest.raises(CannotUnwrap):
            unwrapped([MASTER], [(ann, bad)])


@pytest.mark.django_db
def test_what_was_minted_is_found_and_minting_again_changes_nothing() -> None:
    subjects = [new_id() for _ in range(1_200)]
    first = minted(subjects[:700])
    again = minted(subjects)
    assert {one: again[one] for one in subjects[:700]} == first
    assert found(subjects) == again
    assert len(set(again.values())) == 1_200
    assert found([uuid.uuid4()]) == {}


@pytest.mark.django_db
def test_a_subject_named_twice_has_one_key() -> None:
    ann = new_id()
    assert minted([ann, ann]) == found([ann])


@pytest.mark.django_db
def test_shredding_takes_the_key_of_its_subject_alone() -> None:
    ann, ben = new_id(), new_id()
    keys = minted([ann, ben])
    assert shred([ann]) == 1
    assert found([ann, ben]) == {ben: keys[ben]}
    assert minted([ann])[ann] != keys[ann]


@pytest.mark.django_db
def test_another_master_key_opens_none_of_a_thousand(settings: LazySettings, assured: Assured) -> None:
    subjects = [new_id() for _ in range(1_000)]
    minted(subjects)
    settings.SEAL_KEY = os.urandom(32)
    opened = 0
    for one in subjects:
        with pytest.raises(CannotUnwrap):
            opened += len(found([one]))
    assert opened == 0
    assured("keystore", len(subjects), opened)


@pytest.mark.django_db
def test_the_master_key_changes_while_others_read(settings: LazySettings) -> None:
    subjects = [new_id() for _ in range(50)]
    before = minted(subjects)
    settings.OLD_SEAL_KEY, settings.SEAL_KEY = settings.SEAL_KEY, os.urandom(32)
    assert found(subjects) == before
    fresh = new_id()
    before |= minted([fresh])
    assert rewrap() == DataKey.objects.count()
    assert found([*subjects, fresh]) == before
    old, settings.OLD_SEAL_KEY = settings.OLD_SEAL_KEY, b""
    assert found([*subjects, fresh]) == before
    settings.SEAL_KEY = old
    with pytest.raises(CannotUnwrap):
        found([subjects[0]])


@pytest.mark.django_db
def test_what_neither_master_opens_stops_it_and_changes_nothing(settings: LazySettings) -> None:
    minted([new_id() for _ in range(3)])
    before = set(DataKey.objects.values_list("subject", "wrapped"))
    settings.OLD_SEAL_KEY, settings.SEAL_KEY = os.urandom(32), os.urandom(32)
    with pytest.raises(CannotUnwrap):
        rewrap()
    assert set(DataKey.objects.values_list("subject", "wrapped")) == before


@pytest.mark.django_db(transaction=True)
def test_a_key_outlives_the_transaction_that_asked_for_it() -> None:
    ann = new_id()
    with transaction.atomic():
        key = minted([ann])[ann]
        transaction.set_rollback(True)
    assert found([ann]) == {ann: key}


@pytest.mark.django_db
def test_keys_lie_in_the_keystore_and_nothing_else_does() -> None:
    minted([new_id()])
    assert DataKey.objects.count() == 1
    assert "keystore_datakey" not in connections["default"].introspection.table_names()
    tables = set(connections["keystore"].introspection.table_names())
    assert tables == {"keystore_datakey", "django_migrations"}
