"""The operations of `/api/v1`. Each is guarded by its address (`guarding`) before anything here runs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, NinjaAPI, Path, Query, Status

from forewatch.api import queries, rules, schemas
from forewatch.api.actions import submit
from forewatch.api.answers import area_of, index_of, receipt_of, release_of, standing_of
from forewatch.api.guarding import key_of
from forewatch.api.problems import answer_mistakes
from forewatch.register.definition import definition

api = NinjaAPI(
    title="Forewatch",
    version="1",
    description=(
        "Areas, the indicators of the index in force, released figures, and submissions of records by "
        "partner agencies. Send your key as `Authorization: Bearer …`; an administrator gives it, "
        "for one source, in one area, for a time. Nothing here tells anything about a person."
    ),
    openapi_url=None,
    docs_url=None,
)

answer_mistakes(api)

Offset = Annotated[int, Query(ge=0, le=1_000_000, description="After so many.")]


@api.get(
    "/areas", response=schemas.AreasOut, url_name="api_areas", operation_id="areas", summary="List areas"
)
def areas(
    request: HttpRequest,
    level: Annotated[int | None, Query(ge=0, le=4, description="Only of this level; 2: district.")] = None,
    parent: Annotated[
        str | None, Query(pattern=schemas.AREA_CODE, description="Only right below this area.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=rules.MOST_AREAS, description="At most so many.")] = 200,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Areas as they are now, from the top down: code, names, level, the area above, and since when."""
    found = queries.areas(level, parent)
    return {"total": found.count(), "areas": [area_of(one) for one in found[offset : offset + limit]]}


@api.get(
    "/areas/{area_code}",
    response=schemas.AreaHistoryOut,
    url_name="api_area",
    operation_id="area",
    summary="One area in its generations",
)
def area(
    request: HttpRequest,
    area_code: Annotated[str, Path(pattern=schemas.AREA_CODE, description="Code of the area.")],
) -> dict[str, Any]:
    """What an area was called and belonged to, and when: old tables name areas that were split since."""
    return {"code": area_code, "generations": [area_of(one) for one in queries.history(area_code)]}


@api.get(
    "/indicators",
    response=schemas.IndexOut,
    url_name="api_indicators",
    operation_id="indicators",
    summary="The index in force",
)
def indicators(request: HttpRequest) -> dict[str, Any]:
    """The indicators of the definition in force, with the variables they read: what a file should answer."""
    return index_of(definition())


@api.get(
    "/releases",
    response=schemas.ReleasesOut,
    url_name="api_releases",
    operation_id="releases",
    summary="List releases",
)
def releases(request: HttpRequest) -> dict[str, Any]:
    """The months of which figures were released. A release is made once and never changes."""
    return {"releases": [release_of(one) for one in queries.releases()]}


@api.get(
    "/figures",
    response=schemas.FiguresOut,
    url_name="api_figures",
    operation_id="figures",
    summary="Released figures",
)
def figures(
    request: HttpRequest,
    month: Annotated[
        str | None,
        Query(pattern=schemas.MONTH, description="Of this month; the newest if left out."),
    ] = None,
    area: Annotated[str | None, Query(pattern=schemas.AREA_CODE, description="Only of this area.")] = None,
    sex: Annotated[str | None, Query(pattern=schemas.SEX, description="Only of this sex.")] = None,
    age_band: Annotated[str | None, Query(pattern=schemas.AGE_BAND, description="Only of this age.")] = None,
    limit: Annotated[int, Query(ge=1, le=rules.MOST_FIGURES, description="At most so many.")] = 500,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Frozen figures that passed the disclosure check, by area, sex and age band.

    Few people are never shown: their count has the sign `withheld` and no value. That is not a zero.
    """
    release, rows = queries.released(queries.Wanted(month, area, sex, age_band))
    return {"release": release_of(release), "total": len(rows), "figures": _figures(rows[offset:][:limit])}


def _figures(rows: Any) -> list[Mapping[str, Any]]:
    counted = ("people", "assessed", "high", "medium", "low", "not_enough_information")
    return [
        row | {name: {"value": row[name], "sign": row[f"{name}_sign"]} for name in counted} for row in rows
    ]


@api.post(
    "/submissions",
    response={202: schemas.ReceiptOut},
    url_name="api_submissions",
    operation_id="submissions",
    summary="Hand in records",
)
def submissions(
    request: HttpRequest,
    said: schemas.SubmissionIn,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            pattern=schemas.IDEMPOTENCY_KEY,
            description="Your own name for this submission; sent again, it is taken once.",
        ),
    ],
) -> Status[Any]:
    """Take rows in as one batch of the key's source.

    Staff look at it and let it in, as they do with a file; it can be taken out again as a whole. The receipt
    is the same whether the people are known here or not.
    """
    made = submit(
        by=request.actor,  # type: ignore[attr-defined]
        key=key_of(request),
        idempotency_key=idempotency_key,
        rows=said.rows,
        observed_on=said.observed_on,
    )
    return Status(202, receipt_of(made))


@api.get(
    "/submissions/{submission_id}",
    response=schemas.SubmissionOut,
    url_name="api_submission",
    operation_id="submission",
    summary="Where a submission stands",
)
def submission(
    request: HttpRequest,
    submission_id: Annotated[uuid.UUID, Path(description="The number on the receipt.")],
) -> dict[str, Any]:
    """Which rows were understood, which were set aside and why; only for the key that handed them in."""
    return standing_of(queries.submission_of(key_of(request), submission_id))
