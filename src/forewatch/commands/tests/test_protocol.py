"""What the other protocol changes is told in words, with whom this installation lacks for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from forewatch.access.models import Grant, Organisation, User
from forewatch.access.rules import Protocol, Role
from forewatch.commands import key_file, protocol
from forewatch.config.tests.cast import PROVINCE, Cast, make_user

LEAD, DPO = Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER


@pytest.fixture(autouse=True)
def _open_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "open_database", lambda: None)


def test_one_office_is_told_what_changes_and_that_it_is_alone(cast: Cast) -> None:
    said = protocol.report()
    assert said.startswith("This installation works by single-office.")
    assert "now   one colleague, 24 hours of waiting, a look from outside in 30 days" in said
    assert "then  two colleagues of two organisations, neither knowing what the other decided" in said
    for _class, _verb, words in protocol.DECIDING:
        assert (
            f"People who may {words}, of 2 organisation(s): only Upper Reach Coordination Centre has any"
            in said
        )
    assert said.endswith("set FOREWATCH_PROTOCOL=multi-agency and start the server again.")


def test_an_office_without_passkeys_is_told(cast: Cast, settings: LazySettings) -> None:
    for needed in (True, False):
        settings.PASSKEYS = needed
        assert ("set FOREWATCH_PASSKEYS=required" in protocol.report()) is not needed


def test_an_office_whose_keys_stand_in_clear_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "  A key file: the keys stand in clear" in (said := protocol.report("single-office"))
    assert "forewatch new-keys --file FILE --keep" in said
    monkeypatch.setenv("FOREWATCH_KEY_FILE", "/made/up")
    assert "A key file" not in protocol.report("single-office")


@pytest.mark.parametrize("custodians", [True, False])
def test_with_a_second_organisation_and_custodians_nothing_is_missing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings, *, custodians: bool
) -> None:
    settings.AUDIT_HEADS, settings.AUDIT_HEADS_ALSO = tmp_path / "theirs", (tmp_path / "others",)
    second = Organisation.objects.create(code="second", name="Second Agency")
    make_user("second-lead", second, LEAD, PROVINCE)
    assert "  Custodians: nobody opens the keys" in (said := protocol.report())
    assert "forewatch new-keys --file FILE --keep --custodians" in said
    file, words = tmp_path / "keys", ["one made-up phrase", "two made-up phrases", "three made-up phrases"]
    key_file.write(file, {}, words if custodians else words[:1])
    monkeypatch.setenv("FOREWATCH_KEY_FILE", str(file))
    assert ("For multi-agency nothing is missing." in protocol.report()) is custodians
    assert ("Custodians" in protocol.report()) is not custodians
    assert (f"forewatch rotate-keys {file} --custodians" in protocol.report()) is not custodians


def test_heads_go_to_two_folders_outside_where_agencies_watch_each_other(
    cast: Cast, tmp_path: Path, settings: LazySettings
) -> None:
    home, one, two = tmp_path / "home", tmp_path / "one", tmp_path / "two"
    settings.DATA_DIR = home
    for first, also, outside in (
        (home / "audit-heads", (), 0), (home / "audit-heads", (one,), 1),
        (one, (one / ".",), 1), (one, (two,), 2),
    ):  # fmt: skip
        settings.AUDIT_HEADS, settings.AUDIT_HEADS_ALSO = first, also
        said = protocol.report("multi-agency")
        assert (f"signed heads of the audit trail: {outside} of 2." in said) is (outside < 2)
    settings.PROTOCOL, settings.AUDIT_HEADS_ALSO = Protocol.MULTI_AGENCY, ()
    assert "signed heads of the audit trail: " not in protocol.report("single-office")


@pytest.mark.parametrize("gone", ["ended", "inactive"])
def test_whoever_may_no_longer_does_not_count(cast: Cast, gone: str) -> None:
    user = make_user("second", Organisation.objects.create(code="second", name="Second"), LEAD, PROVINCE)
    if gone == "ended":
        Grant.objects.filter(user=user).update(valid_to=timezone.localdate())
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert "this is missing" in protocol.report("multi-agency")


def test_without_a_data_protection_officer_either_protocol_lacks_one(
    cast: Cast, settings: LazySettings
) -> None:
    Grant.objects.filter(role=DPO).update(valid_from=timezone.localdate() - timedelta(days=40))
    Grant.objects.filter(role=DPO).update(valid_to=timezone.localdate() - timedelta(days=1))
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    said = protocol.report("single-office")
    assert "A data protection officer" in said
    assert "now   two custodians of three" in said
    assert "By" not in protocol.report("multi-agency").splitlines()[1:3]
