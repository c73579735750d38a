"""What a column may be, by its heading and what stands in it: suggestions, which somebody confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from forewatch.analysis.definition import Definition, Kind, Variable
from forewatch.intake.interpreting.columns import heading_key
from forewatch.intake.values.codes import YES_NO, key_of

NEAR = 0.72
IDENTIFIERS: Mapping[str, tuple[str, ...]] = {
    "observed_on": (
        "observed on",
        "date of survey",
        "survey date",
        "interview date",
        "วันที่สำรวจ",
        "วันที่เก็บข้อมูล",
        "วันที่จัดเก็บ",
    ),
    "area": (
        "area code",
        "village code",
        "p-code",
        "pcode",
        "adm4_pcode",
        "commune",
        "รหัสหมู่บ้าน",
        "รหัสพื้นที่",
        "รหัสตำบล",
    ),
    "household": (
        "household id",
        "house id",
        "household number",
        "hhid",
        "uuid",
        "รหัสบ้าน",
        "เลขรหัสประจำบ้าน",
        "รหัสครัวเรือน",
    ),
    "house": ("house number", "address", "บ้านเลขที่"),
    "hamlet": ("moo", "hamlet", "หมู่ที่", "หมู่"),
    "number": (
        "citizen id",
        "national id",
        "id card",
        "pid",
        "เลขประจำตัวประชาชน",
        "เลขบัตรประชาชน",
        "เลข 13 หลัก",
    ),
    "reference": ("person id", "case id", "student id", "cas_caseid", "รหัสบุคคล", "รหัสนักเรียน"),
    "member": ("line number", "line no", "hhmem", "person number", "ลำดับที่สมาชิก", "ลำดับที่ในครัวเรือน"),
    "title": ("title", "prefix", "salutation", "prs_salutation", "คำนำหน้า", "คำนำหน้าชื่อ"),
    "given": ("first name", "given name", "prs_firstname", "ชื่อ", "ชื่อตัว"),
    "family": ("last name", "surname", "family name", "prs_lastname", "นามสกุล", "ชื่อสกุล"),
    "name": ("name", "full name", "ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อและนามสกุล"),
    "sex": ("sex", "gender", "prs_gender", "เพศ"),
    "birth": ("date of birth", "birth date", "birthday", "dob", "prs_dateofbirth", "วันเกิด", "วันเดือนปีเกิด"),
    "age": ("age", "age in years", "อายุ", "อายุ (ปี)"),
    "phone": ("phone", "telephone", "mobile", "โทรศัพท์", "เบอร์โทรศัพท์"),
}
"""What identifies people, households and areas, with headings that are often seen."""


def suggest(columns: Sequence[str], definition: Definition) -> dict[str, str]:
    """Return for each column what it may be, each thing once: an identifier, or a variable as `v:name`."""
    scored = sorted(
        ((score, column, target) for column in columns for target, score in _scores(column, definition)),
        key=lambda one: (-one[0], columns.index(one[1])),
    )
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, column, target in scored:
        if column not in found and target not in taken:
            found[column] = target
            taken.add(target)
    return found


def _scores(column: str, definition: Definition) -> list[tuple[str, float]]:
    key = heading_key(column)
    found = [(target, max(_alike(key, one) for one in names)) for target, names in IDENTIFIERS.items()]
    for variable in definition.variables.values():
        names = (variable.name, *variable.label.values())
        found.append((f"v:{variable.name}", max(_alike(key, one) for one in names)))
    return [(target, score) for target, score in found if score >= NEAR]


def _alike(key: str, name: str) -> float:
    other = heading_key(name)
    if key == other:
        return 1.0
    if abs(len(key) - len(other)) > max(len(key), len(other)) * (1 - NEAR) * 2:
        return 0.0
    return SequenceMatcher(None, key, other).ratio() * 0.99


def suggest_codes(seen: Sequence[str], variable: Variable) -> dict[str, str]:
    """Return for each code seen in a column what it may mean: the same word, a label, a usual yes or no."""
    return {one: meaning for one in seen if (meaning := _meaning(key_of(one), variable))}


def _meaning(key: str, variable: Variable) -> str:
    if variable.kind is Kind.BOOLEAN:
        return YES_NO.get(key, "")
    for choice in variable.choices:
        labels = variable.choice_labels.get(choice, {}).values()
        if key in (key_of(choice), *map(key_of, labels)):
            return choice
    return ""
