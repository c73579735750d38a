"""Files of made-up agencies to try intake on: one of known columns, one of columns to be explained."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl

from forewatch.places.models import Level
from forewatch.places.queries import current, within
from forewatch.register.rules.numbers import check_digit

KNOWN, UNKNOWN = "school-register-with-errors.csv", "partner-list.xlsx"
PUPILS, FAMILIES = 40, 12
_SCHOOL = (
    "วันที่ข้อมูล", "รหัสหมู่บ้าน", "เลขประจำตัวประชาชน", "ชื่อ", "นามสกุล", "เพศ",
    "วันเกิด", "สถานะ", "ร้อยละการขาดเรียน", "ชั้นสูงสุดที่จบ",
)  # fmt: skip
_PARTNER = ("Visited", "Village", "House", "Person", "First name", "Family name", "Sex", "Born", "Papers")


def write_samples(folder: Path) -> None:
    """Write the files into `folder`, for villages that the register knows."""
    folder.mkdir(exist_ok=True)
    villages = _villages()
    with (folder / KNOWN).open("w", encoding="utf-8-sig", newline="") as sink:
        csv.writer(sink).writerows((_SCHOOL, *_pupils(villages)))
    book = openpyxl.Workbook()
    for row in (_PARTNER, *_families(villages)):
        book.active.append(list(row))
    book.save(folder / UNKNOWN)


def _villages() -> list[str]:
    """Return the codes of a few villages of one province."""
    villages = current().filter(level=Level.VILLAGE).order_by("path")
    first = villages.first()
    province = first.path.split("/")[1] if first else ""
    return list(villages.filter(within([province])).values_list("code", flat=True)[:4])


def _number(serial: int) -> str:
    """Return a citizen number that nobody has: there is no district 9999."""
    twelve = f"19999{serial:07}"
    return twelve + str(check_digit(twelve))


def _pupils(villages: Sequence[str]) -> Iterable[list[str]]:
    """Yield rows of a school register; every eighth has a mistake of its own."""
    for serial in range(1, PUPILS + 1):
        row = [
            "1/6/2569", villages[serial % len(villages)], _number(serial), f"เด็กสมมติ{serial}", "ตัวอย่าง",
            "ชญ"[serial % 2], f"{1 + serial % 28}/{1 + serial % 12}/{2552 + serial % 6}",
            "ออกกลางคัน" if serial % 10 == 0 else "กำลังเรียน", str(serial * 7 % 15), "ป.6",
        ]  # fmt: skip
        mistakes = {8: (6, "31/2/2556"), 16: (7, "หาย"), 24: (1, "99999999"), 32: (2, "1.19999E+12")}
        if serial in mistakes:
            column, text = mistakes[serial]
            row[column] = text
        yield row


def _families(villages: Sequence[str]) -> Iterable[list[str]]:
    """Yield one row per person of a partner's own list, in its own words."""
    for serial in range(FAMILIES):
        for place, (given, sex, born) in enumerate((("Orla", "female", 1985), ("Brin", "male", 2012))):
            papers = ("citizen", "no papers", "waiting")[serial % 3]
            yield [
                "2026-06-01", villages[serial % len(villages)], f"H{serial + 1}", f"H{serial + 1}-{place}",
                f"{given}{serial + 1}", "Madeup", sex, f"{born}-0{1 + serial % 9}-15", papers,
            ]  # fmt: skip
