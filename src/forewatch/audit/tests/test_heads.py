"""Heads are appended, never replaced; half a line is no head, and a head of another key is found."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forewatch.audit import heads
from forewatch.audit.actions import sign_head
from forewatch.audit.models import Link
from forewatch.audit.rules import Harm
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
