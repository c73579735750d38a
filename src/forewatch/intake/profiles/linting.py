"""The linter of source profiles: the profile, or everything that is wrong with its file, line by line."""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from forewatch.analysis.definition import Definition
from forewatch.analysis.fields import Block, read_block, read_list, read_option, read_text_list
from forewatch.analysis.problems import Problem, Report
from forewatch.analysis.yamltree import read_tree
from forewatch.intake.profiles.answers import read_answers
from forewatch.intake.profiles.cells import column, key, read_coded, read_dated
from forewatch.intake.profiles.structure import (
    MEMBER,
    HouseholdColumns,
    Members,
    PersonColumns,
    Profile,
    Table,
    person_columns,
)
from forewatch.intake.values.codes import SEX, key_of

MAX_MEMBERS = 30
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
GRADES = {one: one for one in "ABCDE"}
SEXES = {one: one for one in "FMX"}
ROLES = {one: one for one in ("head", "spouse", "child", "parent", "grandchild", "other_relative", "other")}


def examine(text: str, file: str, definition: Definition) -> tuple[Profile | None, list[Problem]]:
    """Return the profile, or None when there is an error, and all problems in the order of the file."""
    report = Report(file)
    root = read_tree(text, report)
    block = None if root is None else read_block(root, "", report)
    if block is None:
        return None, report.in_order()
    profile = _profile(block, definition, report)
    return None if report.failed else profile, report.in_order()


def _profile(block: Block, definition: Definition, report: Report) -> Profile:
    code = block.text("id", required=True) or ""
    if code and not _ID.fullmatch(code):
        reason = f'"{code}" must be small letters, digits and hyphens, e.g. bmn-12'
        report.error(block.place_of_key("id"), "id", "id-form", reason)
    node = block.node_of("tables", required=True)
    tables = [_table(one, f"tables[{number}]", definition, report) for number, one in _listed(node, report)]
    made = Profile(
        id=code,
        version=block.whole("version", 1, 9999),
        title=block.words("title"),
        tables=tuple(one for one in tables if one),
        notes=block.words("notes", required=False),
        grade=_option(block, "grade", GRADES),
        no_answer=_no_answer(block, report),
    )
    block.finish()
    return made


def _listed(node: yaml.Node | None, report: Report) -> list[tuple[int, yaml.Node]]:
    return [] if node is None else list(enumerate(read_list(node, "tables", report), 1))


def _option(block: Block, name: str, options: dict[str, str]) -> str:
    node = block.node_of(name)
    return "" if node is None else read_option(node, block.path(name), block.report, options) or ""


def _no_answer(block: Block, report: Report) -> tuple[str, ...]:
    node = block.node_of("no_answer")
    if node is None:
        return ("", "-")
    return ("", *(key_of(one) for one in read_text_list(node, "no_answer", report)))


def _table(node: yaml.Node, path: str, definition: Definition, report: Report) -> Table | None:
    block = read_block(node, path, report)
    if block is None:
        return None
    area = key(block, "area", required=True)
    household, person, members = _household(block), _person(block, "person", ""), _members(block, definition)
    levels = ["area"]
    levels += ["household"] if household or person else []
    levels += ["person"] if person else []
    if members and not household:
        report.error(
            block.place_of_key("members"),
            block.path("members"),
            "no-household",
            "members need a `household:`",
        )
    made = Table(
        area=area,
        sheet=block.text("sheet") or "",
        observed_on=read_dated(block, "observed_on"),
        household=household,
        person=person,
        members=members,
        answers=read_answers(block, definition, levels, ""),
        unused=block.texts("unused"),
    )
    block.finish()
    if not made.answers and not person and not (members and members.answers):
        report.warn(block.place, path, "says-nothing", "this table fills no variable and names nobody")
    _check_once(made, block, report)
    return made


def _check_once(table: Table, block: Block, report: Report) -> None:
    used = set(replace(table, unused=()).named())
    for one in table.unused:
        if one in used:
            reason = f'"{one}" is used above; remove it from here'
            report.error(block.place_of_key("unused"), block.path("unused"), "used", reason)


def _household(block: Block) -> HouseholdColumns | None:
    inner = block.block("household")
    if inner is None:
        return None
    made = HouseholdColumns(
        reference=key(inner, "reference", required=True),
        hamlet=column(inner, "hamlet"),
        house=column(inner, "house"),
    )
    inner.finish()
    return made


def _person(block: Block, name: str, marked: str) -> PersonColumns | None:
    inner = block.block(name)
    if inner is None:
        return None
    made = PersonColumns(
        number=column(inner, "number"),
        reference=key(inner, "reference") if "reference" in inner else None,
        title=column(inner, "title"),
        given=column(inner, "given"),
        family=column(inner, "family"),
        name=column(inner, "name"),
        phone=column(inner, "phone"),
        sex=read_coded(inner, "sex", SEXES | {one: one for one in SEX.values()}),
        birth=read_dated(inner, "birth"),
        age=column(inner, "age"),
        role=read_coded(inner, "role", ROLES),
        unnamed=inner.flag("unnamed"),
    )
    inner.finish()
    _check_person(made, inner, marked)
    return made


def _check_person(person: PersonColumns, block: Block, marked: str) -> None:
    report = block.report
    if not (person.number or person.reference or person.given or person.name or person.unnamed):
        reason = "say how a person is told: `number:`, `reference:`, `given:` or `name:`, or `unnamed: true`"
        report.error(block.place, block.key, "nobody", reason)
    for one in person_columns(person):
        if marked and marked not in one:
            reason = f'"{one}" must hold {marked} where the number of the member stands'
            report.error(block.place, block.key, "no-number", reason)


def _members(block: Block, definition: Definition) -> Members | None:
    inner = block.block("members")
    if inner is None:
        return None
    first, last = inner.whole("from", 0, 1, default=1), inner.whole("to", 1, MAX_MEMBERS)
    person = _person(inner, "person", MEMBER)
    if person is None:
        inner.report.error(inner.place, inner.path("person"), "missing-key", "`person:` is missing here")
    answers = read_answers(inner, definition, ["person"], MEMBER)
    inner.finish()
    return Members(first, last, person or PersonColumns(unnamed=True), answers)
