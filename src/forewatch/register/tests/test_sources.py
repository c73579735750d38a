"""Of a source that is one person the code is known, and who they are to the source handler alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import Cast
from forewatch.keystore import keys
from forewatch.register.models import Source, SourceKind
from forewatch.register.models.sources import INTERESTED

SignIn = Callable[[User], Client]
NAME = "Made-up Landlord Zedekiah"
pytestmark = pytest.mark.django_db


def described(cast: Cast, sign_in: SignIn, kind: str, **more: str) -> Source:
    said = {"code": "s-1", "name": NAME, "kind": kind, "agency": str(cast[Role.ANALYST].organisation_id)}
    answer = sign_in(cast[Role.ANALYST]).post("/people/sources/new", said | more)
    assert answer.status_code == 302, answer.content.decode()
    return Source.objects.get(code="s-1")


@pytest.mark.parametrize("kind", list(SourceKind))
@pytest.mark.parametrize("one_person", [{}, {"one_person": "on"}])
def test_the_name_of_one_person_lies_sealed(
    cast: Cast, sign_in: SignIn, kind: SourceKind, one_person: dict[str, str]
) -> None:
    source = described(cast, sign_in, kind, **one_person)
    sealed = bool(one_person) or kind in INTERESTED
    assert source.name == ("s-1" if sealed else NAME)
    assert (source.who is not None) is sealed
    assert keys.held([source.pk]) == ({source.pk} if sealed else set())
    assert NAME.encode() not in bytes(source.who or b"")


def test_the_page_of_intake_seals_it_too(cast: Cast, sign_in: SignIn) -> None:
    said = {"code": "s-1", "name": NAME, "kind": "visit", "one_person": "on"}
    said |= {"agency": str(cast[Role.ANALYST].organisation_id)}
    sign_in(cast[Role.ANALYST]).post("/intake/sources/new", said)
    source = Source.objects.get(code="s-1")
    assert (source.name, source.who is None) == ("s-1", False)


@pytest.mark.parametrize("role", [*Role, None])
def test_only_the_source_handler_is_shown_who_it_is(cast: Cast, sign_in: SignIn, role: Role | None) -> None:
    source = described(cast, sign_in, "landlord")
    client = sign_in(cast[role] if role else cast.outsider)
    for address in ("/people/sources", f"/people/sources/{source.pk}", f"/people/sources/{source.pk}/grade"):
        assert NAME not in client.get(address).content.decode()
    answer = client.post(f"/people/sources/{source.pk}/who")
    handles = role is Role.SOURCE_HANDLER
    assert (NAME in answer.content.decode()) is handles
    assert answer.status_code == (200 if handles else 403)
    told = Event.objects.filter(subject="source", verb="read", data_class="source", allowed=True)
    assert [(one.actor_id, one.subject_id, one.identities) for one in told] == (
        [(cast[Role.SOURCE_HANDLER].pk, source.pk, 1)] if handles else []
    )


def test_whoever_corrects_the_description_keeps_the_name_or_says_another(
    cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    source = described(cast, sign_in, "landlord")
    analyst, handler = sign_in(cast[Role.ANALYST]), sign_in(cast[Role.SOURCE_HANDLER])
    address = f"/people/sources/{source.pk}"
    said = {"code": "s-1", "name": "", "kind": "landlord", "agency": str(source.agency_id)}
    assert NAME not in analyst.get(address).content.decode()
    assert analyst.post(address, said | {"agreement": "by word of mouth"}).status_code == 302
    assert NAME in handler.post(f"{address}/who").content.decode()
    analyst.post(address, said | {"name": "Made-up Other"})
    assert "It is Made-up Other." in handler.post(f"{address}/who").content.decode()
    analyst.post(address, said | {"code": "s-2"})
    source.refresh_from_db()
    assert source.name == "s-2"
    assert "It is Made-up Other." in handler.post(f"{address}/who").content.decode()
    unnamed = analyst.post(address, said | {"kind": "register"})
    assert "from now on everybody reads it" in unnamed.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        analyst.post(address, said | {"name": "Made-up Guild", "kind": "register"})
    source.refresh_from_db()
    assert (source.name, source.who, keys.held([source.pk])) == ("Made-up Guild", None, set())
    assert handler.post(f"{address}/who").status_code == 404
