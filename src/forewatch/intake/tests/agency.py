"""A made-up agency whose files the tests bring in: a source, two analysts, and a few rows."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
from django.core.files.base import ContentFile

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PROVINCE, Cast, make_user
from forewatch.intake import actions, jobs
from forewatch.intake.models import Upload
from forewatch.register.models import Source, SourceKind
from forewatch.register.rules.numbers import check_digit

HEADINGS = (
    "วันที่ข้อมูล",
    "รหัสหมู่บ้าน",
    "เลขประจำตัวประชาชน",
    "ชื่อ",
    "นามสกุล",
    "เพศ",
    "วันเกิด",
    "สถานะ",
    "ร้อยละการขาดเรียน",
    "ชั้นสูงสุดที่จบ",
)
"""Of the school register that ships as a profile."""


def number(serial: int) -> str:
    """Return a citizen number that nobody has: its second to fifth digits are of no district."""
    twelve = f"19999{serial:07}"
    return twelve + str(check_digit(twelve))


def pupil(serial: int, **changes: str) -> list[str]:
    """Return a good row of the school register; `changes` by heading."""
    row = dict(
        zip(
            HEADINGS,
            [
                "1/10/2568",
                "10010101",
                number(serial),
                f"เด็ก{serial}",
                "ตัวอย่าง",
                "ญ",
                "5/7/2556",
                "กำลังเรียน",
                "3",
                "ป.6",
            ],
            strict=True,
        )
    )
    # Python composes names of arguments in its own way.
    named = {unicodedata.normalize("NFKC", one): one for one in HEADINGS}
    return list((row | {named[one]: text for one, text in changes.items()}).values())


def csv_of(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """Return rows as a CSV file in UTF-8."""
    lines = [",".join(f'"{cell}"' for cell in row) for row in (headings, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def xlsx_of(rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> bytes:
    """Return rows as a workbook."""
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class Agency:
    """The source, and who brings its files in."""

    def __init__(self, cast: Cast) -> None:
        self.analyst: User = cast[Role.ANALYST]
        self.colleague = make_user("second-analyst", self.analyst.organisation, Role.ANALYST, PROVINCE)
        self.source = Source.objects.create(
            code="school", name="School register", kind=SourceKind.REGISTER, agency=self.analyst.organisation
        )

    def by(self) -> Actor:
        """Return the analyst as an actor."""
        return actor_for(self.analyst)

    def approver(self) -> Actor:
        """Return the colleague as an actor."""
        return actor_for(self.colleague)

    def upload(self, content: bytes, name: str = "pupils.csv") -> Upload:
        """Take a file in and work on it as far as it goes by itself."""
        file = ContentFile(content)
        taken, new = actions.receive(
            by=self.by(),
            file=file,
            name=name,
            size=len(content),
            source=self.source,
            observed_on=date(2025, 10, 1),
        )
        if new:
            jobs.work(taken.id)
        return Upload.objects.get(id=taken.id)

    def commit(self, upload: Upload) -> Upload:
        """Hand a checked file over, let it in, and return it."""
        actions.hand_over(by=self.by(), upload=upload)
        actions.approve(by=self.approver(), upload=Upload.objects.get(id=upload.id))
        jobs.work(upload.id)
        return Upload.objects.get(id=upload.id)

    def bring(self, content: bytes, name: str = "pupils.csv") -> Upload:
        """Upload a file and let it in."""
        return self.commit(self.upload(content, name))

    def undo(self, upload: Upload) -> Upload:
        """Take a batch out again."""
        actions.undo(by=self.approver(), upload=Upload.objects.get(id=upload.id))
        jobs.work(upload.id)
        return Upload.objects.get(id=upload.id)


@pytest.fixture
def agency(cast: Cast) -> Agency:
    """Return the agency."""
    return Agency(cast)
