"""What can be wrong with a row. The words for people stand in `intake.words`, in every language."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Why a cell, or a row, cannot be taken."""

    DATE_SHAPE = "date_shape"
    DATE_NOT_A_DAY = "date_not_a_day"
    DATE_FUTURE = "date_future"
    DATE_OLD = "date_old"
    DATE_ERA_BUDDHIST = "date_era_buddhist"
    DATE_ERA_COMMON = "date_era_common"
    DATE_TWO_DIGITS = "date_two_digits"
    DATE_SERIAL = "date_serial"
    DATE_INCOMPLETE = "date_incomplete"
    DATE_MISSING = "date_missing"
    NUMBER_SHAPE = "number_shape"
    NUMBER_RANGE = "number_range"
    NUMBER_DECIMALS = "number_decimals"
    CODE_UNKNOWN = "code_unknown"
    ID_SCIENTIFIC = "id_scientific"
    ID_LENGTH = "id_length"
    ID_FIRST = "id_first"
    ID_CHECK = "id_check"
    AREA_MISSING = "area_missing"
    AREA_UNKNOWN = "area_unknown"
    HOUSEHOLD_MISSING = "household_missing"
    PERSON_MISSING = "person_missing"
    SPREADSHEET_ERROR = "spreadsheet_error"
    CELLS_MISSING = "cells_missing"
    CELLS_TOO_MANY = "cells_too_many"
    NOTHING_SAID = "nothing_said"


class Note(StrEnum):
    """What was put right without refusing the row; somebody may wish to look."""

    ZERO_RESTORED = "zero_restored"
    BURMESE_CONVERTED = "burmese_converted"
    OLD_THAI_YEAR = "old_thai_year"


class BadValue(ValueError):  # noqa: N818  a sentence, not a crash
    """A cell that cannot be taken: the fault, and what its sentence needs besides."""

    def __init__(self, fault: Fault, hint: str = "") -> None:
        super().__init__(f"{fault}: {hint}" if hint else str(fault))
        self.fault = fault
        self.hint = hint
