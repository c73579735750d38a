"""What is sealed opens in its own place only, with its own key only."""

from __future__ import annotations

import os
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import LazySettings
from django.db import connections, transaction

from forewatch.access.adapters import MFAAdapter, rewrap_authenticators
from forewatch.access.rules import DataClass, Role
from forewatch.access.sealing import CannotOpen, forget, keys_at_hand, seal, unseal
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import Cast
from forewatch.keystore import keys
from forewatch.keystore.models import DataKey
from forewatch.lib.ids import new_id

pytestmark = pytest.mark.django_db
TABLE = "register_identity"


def test_what_was_sealed_opens_in_its_place() -> None:
    row = new_id()
    assert unseal(seal({"given": "อันน์"}, table=TABLE, row=row), table=TABLE, row=row) == {"given": "อันน์"}


@pytest.mark.parametrize(
    "elsewhere", ["row", "row with a key", "table", "class", "version", "bytes", "short"]
)
def test_elsewhere_it_does_not_open_and_the_reason_reveals_nothing(elsewhere: str, assured: Assured) -> None:
    row, other = new_id(), new_id()
    sealed = seal("Ann Madeup", table=TABLE, row=row)
    seal("Ben", table=TABLE, row=other)
    place: dict[str, Any] = {"table": TABLE, "row": row, "data_class": DataClass.IDENTITY}
    if elsewhere == "row":
        place["row"] = new_id()
    elif elsewhere == "row with a key":
        place["row"] = other
    elif elsewhere == "table":
        place["table"] = "register_residence"
    elif elsewhere == "class":
        place["data_class"] = DataClass.OBSERVATION
    else:
        changed = {"version": b"\x01" + sealed[1:], "bytes": sealed[:-1] + bytes([sealed[-1] ^ 1])}
        sealed = changed.get(elsewhere, sealed[:6])
    with pytest.raises(CannotOpen) as refusal:
        unseal(sealed, **place)
    said = str(refusal.value)
    assert said.endswith(".")
    assert not any(one in said for one in ("Ann", str(row), str(other), TABLE))
    assured("said", 1)


def test_the_key_of_one_row_does_not_open_another_even_with_its_bytes_in_the_keystore() -> None:
    ann, ben = new_id(), new_id()
    sealed = seal("Ann", table=TABLE, row=ann)
    seal("Ben", table=TABLE, row=ben)
    DataKey.objects.filter(subject=ann).update(wrapped=DataKey.objects.get(subject=ben).wrapped)
    with pytest.raises(CannotOpen):
        unseal(sealed, table=TABLE, row=ann)


def test_without_the_keystore_none_of_many_opens() -> None:
    rows = {one: seal("Ann", table=TABLE, row=one) for one in (new_id() for _ in range(200))}
    DataKey.objects.all().delete()
    for row, sealed in rows.items():
        with pytest.raises(CannotOpen, match="no key"):
            unseal(sealed, table=TABLE, row=row)


def test_what_was_shredded_never_opens_again_not_even_after_a_new_value() -> None:
    row = new_id()
    before = seal("Ann", table=TABLE, row=row)
    keys.shred([row])
    seal("Other", table=TABLE, row=row)
    with pytest.raises(CannotOpen):
        unseal(before, table=TABLE, row=row)


def test_a_wrong_master_key_is_said_in_a_sentence(settings: LazySettings) -> None:
    row = new_id()
    sealed = seal("Ann", table=TABLE, row=row)
    settings.SEAL_KEY = os.urandom(32)
    for act in (lambda: unseal(sealed, table=TABLE, row=row), lambda: seal("Ben", table=TABLE, row=row)):
        with pytest.raises(CannotOpen, match="does not open with the key of this installation"):
            act()


def test_keys_at_hand_ask_the_keystore_once(django_assert_num_queries: Any) -> None:
    rows = [new_id() for _ in range(50)]
    with keys_at_hand(rows, new=True):
        sealed = {row: seal(str(row), table=TABLE, row=row) for row in rows}
    with (
        django_assert_num_queries(1, connection=connections["keystore"]),
        keys_at_hand(rows),
    ):
        assert [unseal(sealed[row], table=TABLE, row=row) for row in rows] == [str(row) for row in rows]


def test_keys_are_at_hand_only_inside_the_with() -> None:
    row = new_id()
    with keys_at_hand([row], new=True):
        sealed = seal("Ann", table=TABLE, row=row)
    keys.shred([row])
    with pytest.raises(CannotOpen):
        unseal(sealed, table=TABLE, row=row)


@pytest.mark.django_db(transaction=True)
def test_keys_are_forgotten_once_their_rows_are_gone_for_good_and_not_before() -> None:
    row = new_id()
    sealed = seal("Ann", table=TABLE, row=row)
    with transaction.atomic():
        forget([row])
        transaction.set_rollback(True)
    assert unseal(sealed, table=TABLE, row=row) == "Ann"
    with transaction.atomic():
        forget([row])
        assert unseal(sealed, table=TABLE, row=row) == "Ann"
    with pytest.raises(CannotOpen):
        unseal(sealed, table=TABLE, row=row)


@pytest.mark.django_db
def test_secrets_of_authenticators_go_along_when_the_master_key_changes(
    cast: Cast, settings: LazySettings
) -> None:
    user = cast[Role.DISTRICT_OFFICER]
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    codes = RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).generate_codes()
    settings.OLD_SEAL_KEY, settings.SEAL_KEY = settings.SEAL_KEY, os.urandom(32)
    with transaction.atomic():
        assert rewrap_authenticators() == 2
    settings.OLD_SEAL_KEY = b""
    totp = Authenticator.objects.get(user=user, type="totp")
    assert MFAAdapter().decrypt(totp.data["secret"]) == "JBSWY3DPEHPK3PXP"
    after = RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).generate_codes()
    assert after == codes
