"""What is asked and answered, field by field; these words are the API's documentation too."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from forewatch.analysis.schema import AGE_BANDS, SEXES, UNKNOWN
from forewatch.api import rules

AREA_CODE = r"^[A-Za-z0-9]{1,32}$"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
IDEMPOTENCY_KEY = r"^[A-Za-z0-9._-]{8,64}$"
SEX = f"^({'|'.join((*SEXES, UNKNOWN))})$"
AGE_BAND = f"^({'|'.join(one.replace('+', '[+]') for one in (*AGE_BANDS, UNKNOWN))})$"

AreaCode = Annotated[str, Field(description="Code of the area (P-code); codes join, names never do.")]
Words = dict[str, str]
"""A text by language: `en` is always there, `th` mostly."""


class ProblemDocument(Schema):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="Always about:blank: the status says the kind.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="A sentence for a person: what is wrong, and what to do.")
    errors: list[dict[str, str]] = Field(default=[], description="The places in the request that are wrong.")


class AreaOut(Schema):
    """An area as it is now."""

    code: AreaCode
    level: int = Field(description="0 country, 1 province, 2 district, 3 sub-district, 4 village.")
    parent_code: str | None
    name: str
    name_local: str = Field(description="The name in the country's own writing; may be empty.")
    valid_on: date = Field(description="The day from which the area is as told here.")
    valid_to: date | None = Field(description="The day from which it is no more; null while it is.")


class AreasOut(Schema):
    """A part of the list of areas."""

    total: int = Field(description="Areas that were asked for, whatever the limit.")
    areas: list[AreaOut]


class AreaHistoryOut(Schema):
    """An area in all its generations."""

    code: AreaCode
    generations: list[AreaOut] = Field(description="The newest first: a split or a new name begins another.")


class ChoiceOut(Schema):
    """An answer that may be given."""

    code: str
    label: Words


class VariableOut(Schema):
    """One question that a source can answer."""

    name: str
    kind: Literal["boolean", "choice", "integer", "decimal"]
    level: Literal["person", "household", "area"] = Field(description="Whom an answer is about.")
    label: Words
    choices: list[ChoiceOut]
    minimum: float | None = Field(description="The least number that may be answered; null without numbers.")
    maximum: float | None
    decimals: int = Field(description="Digits behind the point.")


class IndicatorOut(Schema):
    """One of the indicators that are scored 1 to 3."""

    id: str
    domain: str
    level: Literal["person", "household", "area"]
    label: Words
    weight: int
    valid_days: int = Field(description="For so many days an answer counts.")
    variables: list[str] = Field(description="The variables that its rules read.")


class IndexOut(Schema):
    """The index in force, as its definition says."""

    id: str
    version: int
    title: Words
    domains: dict[str, Words]
    indicators: list[IndicatorOut]
    variables: list[VariableOut]


class ReleaseOut(Schema):
    """A release: figures frozen for an index and a month."""

    index: str
    definition: str = Field(description="The index and its version.")
    month: str
    as_of: date = Field(description="The day that the figures speak of.")


class ReleasesOut(Schema):
    """All releases, the newest first."""

    releases: list[ReleaseOut]


class Count(Schema):
    """A count with its sign: `withheld` and `not_surveyed` have no value, and are no zero."""

    value: int | None
    sign: Literal["count", "zero", "at_least", "withheld", "not_surveyed"]


class FigureOut(Schema):
    """Released figures of one area, or of one sex and age band in it."""

    area_code: AreaCode
    sex: str | None = Field(description="Null for all.")
    age_band: str | None = Field(description="Null for all.")
    people: Count
    assessed: Count
    high: Count
    medium: Count
    low: Count
    not_enough_information: Count
    h_bp: int | None = Field(description="Share of the assessed with outreach now, in basis points.")
    h_bp_sign: str | None = Field(description="`partial` where the share is of the published part alone.")
    m0_bp: int | None
    mean_index_bp: int | None
    a_bp: int | None


class FiguresOut(Schema):
    """Released figures, and the release that froze them."""

    release: ReleaseOut
    total: int
    figures: list[FigureOut]


def _written_out(day: object) -> object:
    """Return a day as it is written; a number, which would be taken for seconds since 1970, is none."""
    if isinstance(day, str) and re.fullmatch(DAY, day, re.ASCII):
        return day
    raise ValueError("a day is written as text: YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_written_out)]
Heading = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cell = Annotated[str, StringConstraints(max_length=rules.MAX_CELL)]


class SubmissionIn(Schema):
    """Rows of one source, as its file would have them."""

    model_config = ConfigDict(extra="forbid")

    observed_on: Day = Field(description="The day the rows speak of, where they have no day of their own.")
    rows: list[Annotated[dict[Heading, Cell | None], Field(min_length=1, max_length=rules.MAX_COLUMNS)]] = (
        Field(
            min_length=1,
            max_length=rules.MAX_ROWS,
            description="Each row by the headings of the agreed file, each cell as text, as it stands there.",
        )
    )


class ReceiptOut(Schema):
    """That something was received. It is the same for people who are known here and who are not."""

    receipt: uuid.UUID
    received_at: datetime
    observed_on: date
    rows: int


class ProblemOut(Schema):
    """One kind of problem in one column."""

    column: str
    problem: str
    rows: int
    sets_aside: bool = Field(description="False for a notice: those rows are taken all the same.")
    lines: list[int] = Field(
        description="Where the first 500 of these rows stand: 2 is the first row handed in, and a line break "
        "within a cell counts as one more. Empty while Forewatch is locked, and once they are not kept."
    )


class SubmissionOut(ReceiptOut):
    """Where a submission stands, and what in its own rows could not be understood."""

    stage: Literal[
        "received", "unreadable", "columns_unknown", "waiting", "accepted", "taken_out", "discarded"
    ]
    words: str = Field(description="The stage as a sentence.")
    understood: int | None = Field(description="Rows that were understood; null before they were checked.")
    set_aside: int | None = Field(description="Rows to be corrected and sent again.")
    problems: list[ProblemOut]
