"""Text planted into every field that holds text, in every row of the made-up world.

Fields are found by what they are, so that a new one cannot be forgotten: plain text is planted by itself,
what is sealed or stands in JSON has a writer in `WRITERS`, and `NO_TEXT` says which hold nobody's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from django.apps import apps
from django.db import connection, models

from forewatch.access.noting import seal_typed
from forewatch.access.sealing import seal
from forewatch.config.tests.flushing import KEPT, step_aside
from forewatch.config.tests.scripts import PAYLOADS
from forewatch.config.tests.test_field_classes import ELSEWHERE
from forewatch.intake.grading.sealed import seal_how_known
from forewatch.intake.models import SavedProfile, Upload
from forewatch.intake.queries import profile_text
from forewatch.intake.rules import State
from forewatch.lib.append_only import statements
from forewatch.register.models import BreakGlass, Merge
from forewatch.register.sealed import (
    Address,
    Who,
    seal_address,
    seal_correction,
    seal_draft,
    seal_reason,
    seal_source,
    seal_who,
)

Say = Callable[..., str]
"""Gives the text to plant into a field, or into a part of one."""
Field = models.Field[Any, Any]
TEXT = (models.CharField, models.TextField, models.BinaryField, models.JSONField)
NO_TEXT: Mapping[str, str] = {
    r".*\.origin": "the name of this installation, from its environment",
    r".*\.(code|root|receipt|path|area_path|area_code|month)": "codes that the program makes or checks",
    r".*\.(digest|fingerprint|sha256|hash|wrapped|key|village_key)": "made here",
    r".*\.(password|session_key|session_data)": "made here",
    r"audit\.Event\.(role|verb|data_class|purpose|subject)": "words of the program",
    r"access\.Grant\.(role|purposes)": "words of the program",
    r"access\.Session\.browser": "one of a few words that the program finds in what a browser says",
    r"places\.Area\.geometry": "figures",
    r"register\.Person\.papers": "a word of the index",
    r"register\.(Record\.values|Event\.event)": "codes and figures, checked against the index",
    r"register\.Consent\.(wording|countries)": "a version, and checked codes of countries",
    r"register\.IdentityKey\.kind": "words of the program",
    r"intake\.Upload\.profile": "the code and version of a profile",
    r"intake\.Problem\.kind": "words of the program",
    r"concerns\.HeldConcern\.sealed": "opened by nobody before it is a concern",
    r"grading\.Grading\.reliability": "one figure",
    r"risk\..*": "what the index and its definition came to",
    r"api\.Submission\.idempotency_key": "compared, and shown on no page",
    r"exits\.Exit\.(country|people|to_tell|content)": "a checked code, ids, a file nobody opens here",
    r"reports\.VisitList\.chosen": "ids",
    r"reports\.Printing\.(purpose|language)": "words of the program",
}
"""Fields that hold text, but none that anybody could have written."""


def _each(value: Any, say: Say) -> Any:
    """Return JSON with every text in it replaced."""
    if isinstance(value, dict):
        return {name: _each(one, say) for name, one in value.items()}
    if isinstance(value, list):
        return [_each(one, say) for one in value]
    return say() if isinstance(value, str) else value


def _identity(row: Any, say: Say) -> bytes:
    names = ("given", "family", "title", "other_names", "number", "phone", "remarks")
    return seal_who(row.person_id, Who(**{name: say(name) for name in names}))


def _address(row: Any, say: Say) -> bytes | None:
    return seal_address(row.pk, Address(say("hamlet"), say("house"), say("directions")))


def _concern(row: Any, say: Say) -> bytes:
    said = {name: say(name) for name in ("who", "where", "words")}
    return seal(
        said | {"seen": ["debt"], "risky_visit": True, "by": ""}, table="concerns_concern", row=row.pk
    )


def _contest(row: Any, say: Say) -> bytes:
    return seal({"about": say("about"), "words": say("words")}, table="rights_contest", row=row.pk)


def _draft(row: Any, say: Say) -> bytes:
    typed = {f"place-{one}": [say(one)] for one in ("house", "hamlet", "directions")}
    return seal_draft(row.pk, typed | {"m0-given": [say("given")], "m0-family": [say("family")]})


def _correction(row: Any, say: Say) -> bytes:
    # Its form is asked again before a colleague sees it: what is too long for a field is not shown.
    def short(name: str) -> list[str]:
        mark = say(name).partition("zq")[2].partition("qz")[0]
        return [f"zq{mark}qz {next(one for one in PAYLOADS if '<' in one and len(one) < 30)}"]

    typed = {f"place-{one}": short(one) for one in ("house", "hamlet", "directions")}
    typed |= {"place-observed_on": ["1/6/2569"], "place-grade": ["A"], "rows": ["1"], "m0-role": ["head"]}
    return seal_correction(row.pk, typed | {f"m0-{one}": short(one) for one in ("given", "family")})


def _examples(row: Any, say: Say) -> bytes:
    return seal([[say("sheet"), 2, say("value"), ""]], table="intake_problem", row=row.pk)


def _profile(row: SavedProfile, say: Say) -> str:
    said = yaml.safe_load(profile_text("school-dropout"))
    said |= {"id": row.code, "title": {"en": say("title")}, "notes": {"en": say("notes")}}
    return yaml.safe_dump(said, allow_unicode=True)


def _sheets(row: Upload, say: Say) -> Any:
    # A file that is read already goes by the names of its columns.
    return row.sheets if row.profile_text else _each(row.sheets, say)


def _refusal(row: Upload, say: Say) -> Any:
    return {"reason": "nested", "column": say()} if row.state == State.REFUSED else row.refusal


WRITERS: Mapping[str, Callable[[Any, Say], Any]] = {
    "register.Identity.sealed": _identity,
    "register.Residence.address": _address,
    "register.Draft.sealed": _draft,
    "register.Correction.sealed": _correction,
    "register.BreakGlass.sealed": lambda row, say: seal_reason(BreakGlass, row.pk, say()),
    "register.Merge.sealed": lambda row, say: seal_reason(Merge, row.pk, say()),
    "audit.Event.words": lambda row, say: seal_typed(say(), row.pk),
    "concerns.Concern.content": _concern,
    "register.Source.who": lambda row, say: seal_source(row.pk, say()),
    "grading.Grading.how_known": lambda row, say: seal_how_known(say(), row.pk),
    "rights.Contest.content": _contest,
    "rights.Contest.answer": lambda row, say: seal(say(), table="rights_contest:answer", row=row.pk),
    "intake.Problem.examples": _examples,
    "intake.SavedProfile.text": _profile,
    "intake.Upload.sheets": _sheets,
    "intake.Upload.refusal": _refusal,
    "intake.Upload.profile_text": lambda row, say: row.profile_text,
    "mfa.Authenticator.data": lambda row, say: row.data | ({"name": say()} if "name" in row.data else {}),
}
"""Fields that hold text among other things, or sealed."""


def fields() -> Iterator[tuple[str, Field]]:
    """Yield every field that holds text somebody wrote, with its name; fails at one nobody thought of."""
    for model in apps.get_models():
        of_libraries = model._meta.label in ELSEWHERE and not model._meta.label.startswith(("audit", "mfa"))
        for field in () if of_libraries else model._meta.concrete_fields:
            name = f"{model._meta.label}.{field.name}"
            chosen = bool(field.choices) or any(re.fullmatch(one, name) for one in NO_TEXT)
            if not isinstance(field, TEXT) or chosen:
                continue
            plain = isinstance(field, models.CharField | models.TextField)
            assert plain or name in WRITERS, (
                f"Say in planting.py how text comes into {name}, or why none does."
            )
            yield name, field


def plant(say: Callable[[str], str]) -> None:
    """Write into every field of every row what `say` gives for the name of the field, or of its part."""
    with connection.cursor() as cursor:
        for table in KEPT:
            for statement in step_aside(table):
                cursor.execute(statement)
    for name, field in fields():
        rows = list(field.model._base_manager.exclude(**{field.name: None}))
        assert rows, f"No row has a {name}: make one in the test."
        for row in rows:
            _write(name, field, row, say)
    with connection.cursor() as cursor:
        for table, verbs in KEPT.items():
            for statement in statements(connection.vendor, table, verbs):
                cursor.execute(statement)


def _write(name: str, field: Field, row: Any, say: Callable[[str], str]) -> None:
    def part(of: str = "") -> str:
        return say(f"{name}:{of}" if of else name)

    value = WRITERS[name](row, part) if name in WRITERS else part()
    type(row)._base_manager.filter(pk=row.pk).update(**{field.name: value})
