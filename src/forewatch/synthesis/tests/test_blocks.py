from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition
from forewatch.synthesis.blocks import BLOCK_PEOPLE, RECORDS_IN_BLOCK, Block, draw_block, spans
from forewatch.synthesis.places import Places, draw_places
from forewatch.synthesis.writing import record_schema


@pytest.fixture(scope="module")
def block(places: Places, definition: Definition) -> Block:
    return draw_block(places, 1, spans(places)[1], 5, definition)


def test_blocks_are_whole_villages_of_some_twenty_thousand_people() -> None:
    places = draw_places(200_000, np.random.default_rng(0))
    found = spans(places)
    assert [start for start, _ in found[1:]] == [stop for _, stop in found[:-1]]
    assert (found[0][0], found[-1][1]) == (0, len(places))
    for start, stop in found[:-1]:
        assert abs(places.people[start:stop].sum() - BLOCK_PEOPLE) <= places.people.max()


def test_one_village_is_one_block() -> None:
    assert spans(draw_places(3, np.random.default_rng(0))) == [(0, 1)]


def test_a_block_needs_no_other_block(places: Places, definition: Definition, block: Block) -> None:
    for number, span in reversed(list(enumerate(spans(places)))):
        again = draw_block(places, number, span, 5, definition)
        if number == 1:
            assert again.subjects.equals(block.subjects)
            assert again.records.equals(block.records)
            assert again.events.equals(block.events)


def test_another_seed_or_another_number_is_another_block(
    places: Places, definition: Definition, block: Block
) -> None:
    span = spans(places)[1]
    assert not draw_block(places, 1, span, 6, definition).records.equals(block.records)
    assert not draw_block(places, 2, span, 5, definition).subjects.equals(block.subjects)


def test_tables_have_the_input_columns(definition: Definition, block: Block) -> None:
    assert block.subjects.schema == schema.SUBJECTS
    assert block.events.schema == schema.EVENTS
    assert block.records.schema == record_schema(definition)
    for table in (block.subjects, block.records, block.events):
        table.validate(full=True)


def test_columns_that_must_be_filled_are(block: Block) -> None:
    for table, wanted in (
        (block.subjects, schema.SUBJECTS),
        (block.records, schema.RECORD_KEYS),
        (block.events, schema.EVENTS),
    ):
        for field in wanted:
            if not field.nullable:
                assert table[field.name].null_count == 0, field.name


def test_a_move_is_two_rows_that_meet(block: Block) -> None:
    rows = block.subjects.select(["person_id", "area_code", "valid_from", "valid_to"]).to_pylist()
    times = Counter(row["person_id"] for row in rows)
    moved = [one for one, count in times.items() if count == 2]
    assert 0.005 < len(moved) / len(times) < 0.03
    assert max(times.values()) == 2
    by_person: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        by_person.setdefault(row["person_id"], []).append(row)
    for before, after in (by_person[one] for one in moved):
        assert before["valid_from"] is None
        assert before["valid_to"] == after["valid_from"]
        assert after["valid_to"] is None
    for one in set(times) - set(moved):
        assert by_person[one][0]["valid_from"] is None


def test_a_household_moves_together(block: Block) -> None:
    rows = block.subjects.select(["household_id", "valid_from"]).to_pylist()
    since: dict[str, set[object]] = {}
    for row in rows:
        since.setdefault(row["household_id"], set()).add(row["valid_from"])
    assert all(len(days) == 1 or (len(days) == 2 and None in days) for days in since.values())


def test_home_towns_sex_and_birth_dates_have_gaps(block: Block) -> None:
    now = block.subjects.filter(pa.compute.is_null(block.subjects["valid_to"]))
    people = now.num_rows
    home, here = now["home_area_code"].to_pylist(), now["area_code"].to_pylist()
    assert home.count(None) / people == pytest.approx(0.03, abs=0.01)
    away = sum(a is not None and a != b for a, b in zip(home, here, strict=True))
    assert away / people == pytest.approx(0.10, abs=0.02)
    assert now["birth_date"].null_count / people == pytest.approx(0.02, abs=0.01)
    sexes = Counter(now["sex"].to_pylist())
    assert set(sexes) == {"F", "M", "X", None}
    assert 0.48 < sexes["F"] / people < 0.53
    assert sexes["X"] + sexes[None] < 0.01 * people


def test_weights_stand_for_those_not_reached(places: Places, block: Block) -> None:
    care = dict(zip(places.codes.tolist(), places.care.tolist(), strict=True))
    now = block.subjects.filter(pa.compute.is_null(block.subjects["valid_to"]))
    for code, weight in zip(now["area_code"].to_pylist(), now["weight"].to_pylist(), strict=True):
        assert (weight is not None) == (0 < care[code] < 0.5)
        assert weight is None or weight == round(1 / care[code], 2)


def test_record_ids_are_unique_and_number_the_block(block: Block) -> None:
    ids = block.records["record_id"].to_pylist()
    assert ids == [f"R{RECORDS_IN_BLOCK + place:010d}" for place in range(len(ids))]


def test_a_record_supersedes_an_earlier_statement_on_the_same_subject(block: Block) -> None:
    keys = ["record_id", "subject_id", "source_id", "observed_on", "received_on", "supersedes"]
    rows = block.records.select(keys).to_pylist()
    by_id = {row["record_id"]: row for row in rows}
    corrections = [row for row in rows if row["supersedes"] is not None]
    assert 0.008 < len(corrections) / len(rows) < 0.025
    for row in corrections:
        first = by_id[row["supersedes"]]
        assert first["subject_id"] == row["subject_id"]
        assert first["source_id"] == row["source_id"]
        assert first["observed_on"] == row["observed_on"]
        assert first["received_on"] <= row["received_on"]


def test_only_hearsay_names_where_it_came_from(block: Block) -> None:
    for grade, root in zip(
        block.records["grade"].to_pylist(), block.records["root_id"].to_pylist(), strict=True
    ):
        assert (root is not None) == (grade in {"C", "D", "E"})


def test_subjects_of_records_and_events_live_in_the_block(block: Block, places: Places) -> None:
    start, stop = spans(places)[1]
    villages = places.codes[start:stop].tolist()
    known = {
        "person": set(block.subjects["person_id"].to_pylist()),
        "household": set(block.subjects["household_id"].to_pylist()),
        "area": {*villages, *(code[:-2] for code in villages)},
    }
    for table in (block.records, block.events):
        assert table.num_rows > 0
        for level, subject in zip(
            table["subject_level"].to_pylist(), table["subject_id"].to_pylist(), strict=True
        ):
            assert subject in known[level]


def test_variables_are_filled_at_their_own_level_only(definition: Definition, block: Block) -> None:
    level = block.records["subject_level"].cast(pa.string())
    for variable in definition.variables.values():
        filled = pa.compute.is_valid(block.records[variable.name])
        assert set(level.filter(filled).to_pylist()) == {variable.level.value}, variable.name


def test_rows_run_by_village_household_and_person(block: Block) -> None:
    people = block.subjects["person_id"].to_pylist()
    assert people == sorted(people)
    home = dict(zip(people, block.subjects["household_id"].to_pylist(), strict=True))
    village = dict(
        zip(block.subjects["household_id"].to_pylist(), block.subjects["area_code"].to_pylist(), strict=True)
    )
    rank = {"area": 0, "household": 1, "person": 2}
    order = []
    for row in block.records.select(["subject_level", "subject_id", "observed_on"]).to_pylist():
        subject = row["subject_id"]
        household = home.get(subject, subject) if row["subject_level"] != "area" else ""
        place = subject if household == "" else village[household]
        order.append((place, household, rank[row["subject_level"]], subject, row["observed_on"]))
    assert order == sorted(order)
