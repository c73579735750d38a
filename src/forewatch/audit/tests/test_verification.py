"""Whatever somebody who owns the database does to the trail is found, and the first broken event is named."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from forewatch.audit import heads
from forewatch.audit.models import Event, Link
from forewatch.audit.rules import CONTENT, GENESIS, Harm, chained, digest
from forewatch.audit.tests.trails import EVENTS, run, written
from forewatch.audit.verification import verify
from forewatch.config.tests.assurance import Assured
from forewatch.lib.ids import new_id

MUTATIONS = 1000
LENGTH = EVENTS + 1
"""The made-up deeds, and the event that announces the key."""
FIELDS = (
    "origin", "role", "verb", "data_class", "purpose", "area_code", "subject", "reason",
    "allowed", "identities", "digest", "at", "actor_id",
)  # fmt: skip


def harm(file: Path) -> tuple[Harm, int] | None:
    breach = verify(heads.read(file)).breach
    return (breach.harm, breach.number) if breach else None


def of(number: int) -> str:
    return f"id = (SELECT event_id FROM audit_link WHERE number = {number})"


def test_a_trail_is_whole_and_as_long_as_what_was_written(trail: Path) -> None:
    verdict = verify(heads.read(trail))
    assert verdict.whole
    assert verdict.head.number == LENGTH == Event.objects.count()
    assert [one.number for one in heads.read(trail)] == [EVENTS // 2 + 1, LENGTH]


def test_each_link_is_the_hash_of_the_one_before_and_of_the_content(trail: Path) -> None:
    before = GENESIS
    for link in Link.objects.select_related("event"):
        content = digest([getattr(link.event, name) for name in CONTENT])
        assert bytes(link.event.digest) == content
        before = chained(before, content)
        assert bytes(link.hash) == before


def test_the_content_is_all_of_an_event() -> None:
    assert {one.attname for one in Event._meta.concrete_fields} == {*CONTENT, "digest"}


def test_an_event_of_before_there_were_words_keeps_its_digest() -> None:
    told = ["7f", "node", "2026-11-26", None, "analyst", None, "read", "identity"]
    told += ["prevent", "XA1001", "person", "8a", "เหตุผล", True, 2, None]
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(told) == len(CONTENT) - 1
    assert digest([*told, None]) == hashlib.sha256(written).digest()
    assert len({digest([*told, one]) for one in (None, b"", b"a", "61", memoryview(b"a"))}) == 4


def test_an_empty_trail_is_whole(db: None) -> None:
    verdict = verify()
    assert (verdict.whole, verdict.head.number) == (True, 0)


def test_the_first_broken_event_is_named(trail: Path) -> None:
    run(f"UPDATE audit_event SET reason = '' WHERE {of(31)}", f"DELETE FROM audit_event WHERE {of(12)}")
    breach = verify(heads.read(trail)).breach
    assert str(breach) == "Event no. 12 is missing: it was removed after it was written."


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((f"UPDATE audit_event SET identities = 0, role = 'x' WHERE {of(7)}",), (Harm.CHANGED, 7)),
        (
            (f"DELETE FROM audit_event WHERE {of(9)}", "DELETE FROM audit_link WHERE number = 9"),
            (Harm.MISSING, 9),
        ),
        (("DELETE FROM audit_link WHERE number = 41",), (Harm.OUTSIDE, 40)),
        (
            (f"DELETE FROM audit_event WHERE {of(41)}", "DELETE FROM audit_link WHERE number = 41"),
            (Harm.CUT, 41),
        ),
        (("DELETE FROM audit_event", "DELETE FROM audit_link"), (Harm.CUT, 21)),
    ],
    ids=["changed", "removed", "unchained", "cut off", "emptied"],
)  # fmt: skip
def test_each_harm_has_its_name(trail: Path, statements: tuple[str, ...], expected: tuple[Harm, int]) -> None:
    run(*statements)
    assert harm(trail) == expected


def test_a_trail_written_anew_does_not_match_what_was_signed(trail: Path) -> None:
    run("DELETE FROM audit_event", "DELETE FROM audit_link")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE CONSTRAINT TRIGGER audit_event_chained AFTER INSERT ON audit_event "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_event_chain()"
            )
    written(LENGTH + 5)
    assert verify().whole
    assert harm(trail) == (Harm.REWRITTEN, EVENTS // 2 + 1)


# Random harm. Each function does one thing that anybody with the database in hand might do.


def change(dice: random.Random) -> list[str]:
    number, name = (
        dice.randint(1, LENGTH),
        dice.choice(FIELDS),
    )
    value = {
        "allowed": "false", "identities": str(dice.randint(3, 99)), "at": "'1999-01-01 00:00:00'",
        "digest": bytes_of(dice), "actor_id": f"'{id_of(dice)}'",
    }.get(name, f"'made up {dice.randint(0, 999)}'")  # fmt: skip
    return [f"UPDATE audit_event SET {name} = {value} WHERE {of(number)}"]


def bytes_of(dice: random.Random) -> str:
    return blob(dice.randbytes(32))


def blob(raw: bytes) -> str:
    return f"decode('{raw.hex()}', 'hex')" if connection.vendor == "postgresql" else f"x'{raw.hex()}'"


def id_of(dice: random.Random) -> str:
    return dice.randbytes(16).hex()


def change_with_its_digest(dice: random.Random) -> list[str]:
    number = dice.randint(1, LENGTH)
    event = Link.objects.get(number=number).event
    event.reason = f"other words {dice.random()}"
    event.digest = digest([getattr(event, name) for name in CONTENT])
    value = blob(event.digest)
    return [f"UPDATE audit_event SET reason = '{event.reason}', digest = {value} WHERE {of(number)}"]


def reseal(dice: random.Random) -> list[str]:
    """Change, remove or swap words that lie sealed, or put some where there were none."""
    one, other = dice.sample(list(Event.objects.filter(words__isnull=False).values_list("pk", flat=True)), 2)
    without = dice.choice(list(Event.objects.filter(words=None).values_list("pk", flat=True)))

    def words_of(event: uuid.UUID, value: str) -> str:
        return f"UPDATE audit_event SET words = {value} WHERE id = '{event.hex}'"

    held = {row: blob(bytes(Event.objects.get(pk=row).words or b"")) for row in (one, other)}
    return dice.choice(
        [
            [words_of(one, bytes_of(dice))],
            [words_of(one, "NULL")],
            [words_of(one, blob(b""))],
            [words_of(one, held[other]), words_of(other, held[one])],
            [words_of(one, "NULL"), words_of(without, held[one])],
        ]
    )


def relink(dice: random.Random) -> list[str]:
    return [f"UPDATE audit_link SET hash = {bytes_of(dice)} WHERE number = {dice.randint(1, LENGTH)}"]


def remove(dice: random.Random) -> list[str]:
    number = dice.randint(1, LENGTH)
    both = [f"DELETE FROM audit_event WHERE {of(number)}", f"DELETE FROM audit_link WHERE number = {number}"]
    return dice.choice([both, both[:1], both[1:]])


def close_the_gap(dice: random.Random) -> list[str]:
    number = dice.randint(1, LENGTH - 1)
    return [
        f"DELETE FROM audit_event WHERE {of(number)}",
        f"DELETE FROM audit_link WHERE number = {number}",
        # Away and back, because a database may compare each row at once.
        f"UPDATE audit_link SET number = -number WHERE number > {number}",
        "UPDATE audit_link SET number = -number - 1 WHERE number < 0",
    ]


def swap(dice: random.Random) -> list[str]:
    one, other = dice.sample(range(1, LENGTH + 1), 2)
    if dice.random() < 0.5:
        return [
            f"UPDATE audit_link SET number = -1 WHERE number = {one}",
            f"UPDATE audit_link SET number = {one} WHERE number = {other}",
            f"UPDATE audit_link SET number = {other} WHERE number = -1",
        ]
    first, second = (Link.objects.get(number=number).event_id.hex for number in (one, other))
    return [
        f"UPDATE audit_link SET event_id = '{'0' * 32}' WHERE number = {one}",
        f"UPDATE audit_link SET event_id = '{first}' WHERE number = {other}",
        f"UPDATE audit_link SET event_id = '{second}' WHERE number = {one}",
    ]


def insert(dice: random.Random) -> list[str]:
    names = [one.column for one in Event._meta.concrete_fields if one.column != "id"]
    copied, made = dice.randint(1, LENGTH), new_id().hex
    event = (
        f"INSERT INTO audit_event (id, {', '.join(names)}) "
        f"SELECT '{made}', {', '.join(names)} FROM audit_event WHERE {of(copied)}"
    )
    before = dice.randint(1, LENGTH)
    linked = [
        f"UPDATE audit_link SET number = -number WHERE number >= {before}",
        "UPDATE audit_link SET number = -number + 1 WHERE number < 0",
        f"INSERT INTO audit_link (number, event_id, hash) VALUES ({before}, '{made}', {bytes_of(dice)})",
    ]
    return [event, *(linked if dice.random() < 0.5 else [])]


def cut(dice: random.Random) -> list[str]:
    kept = dice.randint(0, LENGTH - 1)
    return [
        f"DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE number > {kept})",
        f"DELETE FROM audit_link WHERE number > {kept}",
    ]


KINDS: tuple[Callable[[random.Random], list[str]], ...] = (
    change, change_with_its_digest, reseal, relink, remove, close_the_gap, swap, insert, cut,
)  # fmt: skip


def test_of_a_thousand_random_mutations_all_are_found(trail: Path, assured: Assured) -> None:
    dice = random.Random(5)  # noqa: S311  the same harm each time
    unseen, signed = [], heads.read(trail)
    for turn in range(MUTATIONS):
        statements = KINDS[turn % len(KINDS)](dice)
        point = transaction.savepoint()
        run(*statements)
        if verify(signed).whole:
            unseen.append(statements)
        transaction.savepoint_rollback(point)
    assert not unseen
    assert verify(signed).whole
    assured("audit", MUTATIONS, len(unseen))


def test_bytes_that_are_no_identifier_any_more_are_named(trail: Path) -> None:
    if connection.vendor == "postgresql":
        # PostgreSQL's own types keep such bytes out.
        statement, expected = f"UPDATE audit_event SET verb = '' WHERE {of(5)}", (Harm.CHANGED, 5)
    else:
        statement, expected = f"UPDATE audit_event SET actor_id = 'zz' WHERE {of(5)}", (Harm.UNREADABLE, 5)
    run(statement)
    assert harm(trail) == expected
