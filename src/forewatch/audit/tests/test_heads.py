"""Heads are appended, never replaced; half a line is no head, and a head of another key is found."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forewatch.audit import heads, shipping
from forewatch.audit.actions import ship_events, sign_head
from forewatch.audit.models import Link
from forewatch.audit.queries import head
from forewatch.audit.rules import GENESIS, Harm, Head, NotEverywhere
from forewatch.audit.tests.trails import NOW, signed, written
from forewatch.audit.verification import verify


def test_a_new_head_stands_after_the_old_ones_and_an_old_one_is_not_signed_again(trail: Path) -> None:
    before = trail.read_bytes()
    assert sign_head(NOW) is None
    assert trail.read_bytes() == before
    written(1)
    signed()
    assert trail.read_bytes().startswith(before)
    assert len(heads.read(trail)) == 3


def test_half_a_line_is_no_head_and_the_next_one_stands_alone(trail: Path) -> None:
    whole = trail.read_bytes()
    trail.write_bytes(whole + whole[:50])
    written(1)
    signed()
    assert [one.is_signed() for one in heads.read(trail)] == [True] * 3
    assert verify(heads.read(trail)).whole


def test_the_key_is_made_once_and_for_its_user_alone(tmp_path: Path) -> None:
    first, second = heads.signing_key(tmp_path), heads.signing_key(tmp_path)
    assert heads.public(first) == heads.public(second)
    assert (tmp_path / heads.KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [heads.KEY_FILE]


@pytest.mark.parametrize("change", [{"number": 20}, {"hash": b"x"}, {"node": "other"}, {"signature": "eA=="}])
def test_a_changed_head_is_not_signed(trail: Path, change: dict[str, object]) -> None:
    head = heads.read(trail)[-1]
    assert head.is_signed()
    assert not dataclasses.replace(head, **change).is_signed()


def test_a_head_signed_with_a_key_that_the_trail_does_not_know_is_found(trail: Path) -> None:
    last = Link.objects.order_by("number").last()
    assert last is not None
    theirs = heads.sign(
        Ed25519PrivateKey.generate(), node="test-1", at=NOW, number=last.number, hashed=bytes(last.hash)
    )
    assert theirs.is_signed()
    breach = verify([*heads.read(trail), theirs]).breach
    assert breach is not None
    assert breach.harm is Harm.FORGED


def test_each_folder_gets_every_head_and_every_event(trail: Path, settings: Any, tmp_path: Path) -> None:
    others = settings.AUDIT_HEADS_ALSO = (tmp_path / "second", tmp_path / "third")
    written(3)
    signed()
    ship_events()
    assert sign_head(NOW) is None
    newest = heads.read(trail)[-1]
    for folder in others:
        assert heads.read(heads.file_of(folder, settings.NODE)) == [newest]
        told = shipping.file_of(folder, settings.NODE).read_bytes()
        assert told == shipping.file_of(trail.parent, settings.NODE).read_bytes()
        assert told.count(b"\n") == newest.number
    assert (newest.number, newest.hash) == (head().number, head().hash)


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_folder_that_cannot_be_written_keeps_no_other_from_the_head(
    trail: Path, settings: Any, tmp_path: Path, lost: int
) -> None:
    places = [tmp_path / name for name in ("first", "second", "third")]
    places[lost].write_text("a file stands where the folder should be")
    settings.AUDIT_HEADS, settings.AUDIT_HEADS_ALSO = places[0], tuple(places[1:])
    written(3)
    for deed in (lambda: sign_head(NOW), ship_events):
        with pytest.raises(NotEverywhere, match="the other folders have them") as said:
            deed()
        assert str(places[lost]) in str(said.value)
    for place in places:
        if place is not places[lost]:
            assert heads.read(heads.file_of(place, settings.NODE))[-1].number == head().number
            assert shipping.file_of(place, settings.NODE).read_bytes().count(b"\n") == head().number


def test_where_no_folder_can_be_written_it_says_so(trail: Path, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_HEADS = tmp_path / "file"
    settings.AUDIT_HEADS.write_text("")
    with pytest.raises(NotEverywhere, match="no other folder is named"):
        sign_head(NOW)
    settings.AUDIT_HEADS_ALSO = (tmp_path / "file" / "below",)
    with pytest.raises(NotEverywhere, match="none has them"):
        sign_head(NOW)


def test_a_head_is_short_enough_to_be_compared_on_paper() -> None:
    assert Head(7, bytes.fromhex("0123456789abcdef" + "ff" * 24)).short() == "0123 4567 89ab cdef"
    assert Head().short().replace(" ", "") == GENESIS.hex()[:16]
