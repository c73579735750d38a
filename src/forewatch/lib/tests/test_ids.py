"""Ids and receipts are unique without asking anybody."""

from __future__ import annotations

from forewatch.lib.ids import new_id, new_receipt


def test_ids_are_of_version_7_and_in_the_order_of_their_making() -> None:
    found = [new_id() for _time in range(500)]
    assert {one.version for one in found} == {7}
    assert found == sorted(set(found))


def test_receipts_differ_and_hold_no_letter_that_reads_as_another() -> None:
    found = {new_receipt() for _time in range(500)}
    assert len(found) == 500
    assert not set("".join(found)) & set("ILOU")
