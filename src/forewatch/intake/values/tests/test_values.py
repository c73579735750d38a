"""Cells as agencies write them: worked tables, and properties over all dates and numbers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forewatch.intake.values import codes, identities, numbers
from forewatch.intake.values.burmese import to_unicode
from forewatch.intake.values.dates import Era, is_old_thai_year, read_birth, read_day
from forewatch.intake.values.faults import BadValue, Fault
from forewatch.lib.calendars import BUDDHIST_ERA, MONTHS
from forewatch.register.rules.dates import Precision
from forewatch.register.rules.numbers import NumberState, check_digit

TODAY = date(2026, 11, 25)
BE, CE, EITHER = Era.BUDDHIST, Era.COMMON, Era.EITHER
SHORT = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
DAYS = st.dates(date(1941, 4, 1), TODAY)


@pytest.mark.parametrize(
    ("written", "era", "day"),
    [
        ("2024-07-05", CE, date(2024, 7, 5)),
        ("2024-07-05 00:00:00", CE, date(2024, 7, 5)),
        ("2567-07-05", BE, date(2024, 7, 5)),
        ("5/7/2567", BE, date(2024, 7, 5)),
        ("5/7/2567", EITHER, date(2024, 7, 5)),
        ("5/7/2024", EITHER, date(2024, 7, 5)),
        ("5-7-2567", BE, date(2024, 7, 5)),
        ("๕/๗/๒๕๖๗", BE, date(2024, 7, 5)),
        ("5 ก.ค. 2567", BE, date(2024, 7, 5)),
        ("5 กรกฎาคม 2567", BE, date(2024, 7, 5)),
        ("5 กรกฎาคม พ.ศ. 2567", BE, date(2024, 7, 5)),
        ("๕ ก.ค. ๒๕๖๗", BE, date(2024, 7, 5)),
        ("5/7/67", BE, date(2024, 7, 5)),
        ("5 ก.ค. 67", BE, date(2024, 7, 5)),
        ("5/7/98", BE, date(1955, 7, 5)),
        ("29/2/2567", BE, date(2024, 2, 29)),
        ("5\u200b/7/2567\u202c", BE, date(2024, 7, 5)),
    ],
)
def test_dates_that_are_read(written: str, era: Era, day: date) -> None:
    assert read_day(written, era, TODAY) == day


@pytest.mark.parametrize(
    ("written", "era", "fault"),
    [
        ("31/2/2567", BE, Fault.DATE_NOT_A_DAY),
        ("29/2/2566", BE, Fault.DATE_NOT_A_DAY),
        ("31/4/2024", CE, Fault.DATE_NOT_A_DAY),
        ("7/25/2024", CE, Fault.DATE_NOT_A_DAY),
        ("0/7/2567", BE, Fault.DATE_NOT_A_DAY),
        ("5/7/2569", CE, Fault.DATE_ERA_BUDDHIST),
        ("2569-07-05", CE, Fault.DATE_ERA_BUDDHIST),
        ("5/7/2024", BE, Fault.DATE_ERA_COMMON),
        ("5/7/67", CE, Fault.DATE_TWO_DIGITS),
        ("5/7/67", EITHER, Fault.DATE_TWO_DIGITS),
        ("5/7/2570", BE, Fault.DATE_FUTURE),
        ("5/7/1700", CE, Fault.DATE_OLD),
        ("45478", CE, Fault.DATE_SERIAL),
        ("soon", CE, Fault.DATE_SHAPE),
        ("2567", BE, Fault.DATE_INCOMPLETE),
        ("7/2567", BE, Fault.DATE_INCOMPLETE),
    ],
)
def test_dates_that_are_refused(written: str, era: Era, fault: Fault) -> None:
    with pytest.raises(BadValue) as refused:
        read_day(written, era, TODAY)
    assert refused.value.fault == fault


def test_a_year_of_the_other_era_is_named_with_the_year_it_would_be() -> None:
    with pytest.raises(BadValue) as refused:
        read_day("5/7/2569", CE, TODAY)
    assert refused.value.hint == "2026"


@pytest.mark.parametrize(
    ("written", "precision"),
    [("2524", Precision.YEAR), ("7/2524", Precision.MONTH), ("5/7/2524", Precision.DAY)],
)
def test_how_much_of_a_birth_date_is_known(written: str, precision: Precision) -> None:
    assert read_birth(written, BE, TODAY).precision == precision


@pytest.mark.parametrize(("written", "old"), [("5/2/2480", True), ("5/4/2480", False), ("5/2/2484", False)])
def test_before_1941_a_year_from_january_to_march_is_uncertain(written: str, old: bool) -> None:
    """The Thai year 2480 ran from April 1937 to March 1938; 2484 began in January."""
    assert is_old_thai_year(read_birth(written, BE, TODAY)) is old


@given(DAYS, st.booleans())
def test_every_day_is_read_back_from_every_way_of_writing_it(day: date, thai: bool) -> None:
    year = day.year + BUDDHIST_ERA
    ways = [
        f"{day.day}/{day.month}/{year}",
        f"{day.day} {MONTHS[day.month - 1]} {year}",
        f"{day.day} {SHORT[day.month - 1]} {year}",
        f"{year}-{day.month:02}-{day.day:02}",
    ]
    for one in ways:
        assert read_day(one.translate(THAI_DIGITS) if thai else one, BE, TODAY) == day
    assert read_day(day.isoformat(), CE, TODAY) == day


@given(st.dates(TODAY - timedelta(days=36_000), TODAY))
def test_two_digits_mean_the_latest_such_year_that_is_past(day: date) -> None:
    assume(day.year > TODAY.year - 99 and day.month > 3)
    written = f"{day.day}/{day.month}/{(day.year + BUDDHIST_ERA) % 100:02}"
    assert read_day(written, BE, TODAY) == day


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("38000", "38000"),
        ("38,000", "38000"),
        ("1,234,567.50", "1234567.50"),
        ("๓๘,๐๐๐", "38000"),
        ("38,000 บาท", "38000"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("0.10", "0.10"),
    ],
)
def test_numbers_that_are_read(written: str, value: str) -> None:
    assert numbers.read_number(written) == Decimal(value)


@pytest.mark.parametrize(
    "written", ["1,5", "12,34", "1.5.2", "1e5", "", "-", "ten", "1,234,56", "3 8", "50%"]
)
def test_numbers_that_are_refused(written: str) -> None:
    with pytest.raises(BadValue) as refused:
        numbers.read_number(written)
    assert refused.value.fault == Fault.NUMBER_SHAPE


@given(st.integers(-(10**12), 10**12))
def test_separators_of_thousands_change_no_number(value: int) -> None:
    assert (
        numbers.read_number(f"{value:,}") == value == numbers.read_number(str(value).translate(THAI_DIGITS))
    )


@pytest.mark.parametrize(
    ("number", "scale", "outcome"),
    [
        ("0.25", 2, 25),
        ("1", 2, 100),
        ("0.125", 2, Fault.NUMBER_DECIMALS),
        ("1.01", 2, Fault.NUMBER_RANGE),
        ("-0.01", 2, Fault.NUMBER_RANGE),
    ],
)
def test_numbers_in_whole_units(number: str, scale: int, outcome: int | Fault) -> None:
    if isinstance(outcome, Fault):
        with pytest.raises(BadValue) as refused:
            numbers.in_units(Decimal(number), scale, 0, 100)
        assert refused.value.fault == outcome
    else:
        assert numbers.in_units(Decimal(number), scale, 0, 100) == outcome


def made_number(twelve: str) -> str:
    return twelve + str(check_digit(twelve))


WITH_ZERO = made_number("059990000001")


@pytest.mark.parametrize(
    ("written", "state", "digits"),
    [
        (made_number("199990000001"), NumberState.HAS, made_number("199990000001")),
        ("1-9999-00000-01-" + made_number("199990000001")[-1], NumberState.HAS, made_number("199990000001")),
        (made_number("199990000001") + ".0", NumberState.HAS, made_number("199990000001")),
        (WITH_ZERO, NumberState.HAS, WITH_ZERO),
        (WITH_ZERO[1:], NumberState.HAS, WITH_ZERO),
        ("", NumberState.NOT_ASKED, ""),
        ("-", NumberState.NOT_ASKED, ""),
        ("ไม่มี", NumberState.NONE, ""),
        ("G999900000012", NumberState.NONE, ""),
    ],
)
def test_citizen_numbers(written: str, state: NumberState, digits: str) -> None:
    found = identities.read_number(written)
    assert (found.state, found.digits) == (state, digits)
    assert found.restored is (written == WITH_ZERO[1:])


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("1.9999E+12", Fault.ID_SCIENTIFIC),
        ("1.99990000001E+12", Fault.ID_SCIENTIFIC),
        ("12345", Fault.ID_LENGTH),
        ("9" + made_number("199990000001")[1:], Fault.ID_FIRST),
        (made_number("199990000001")[:-1] + str((check_digit("199990000001") + 1) % 10), Fault.ID_CHECK),
    ],
)
def test_citizen_numbers_that_are_refused(written: str, fault: Fault) -> None:
    with pytest.raises(BadValue) as refused:
        identities.read_number(written)
    assert refused.value.fault == fault


@given(st.from_regex(r"0[1-8][0-9]{10}", fullmatch=True))
def test_the_zero_a_spreadsheet_dropped_comes_back(twelve: str) -> None:
    """People without civil registration have numbers that begin with 0: they must not be lost here."""
    assert identities.read_number(made_number(twelve)[1:]).digits == made_number(twelve)


@pytest.mark.parametrize(
    ("written", "key"),
    [("1.0", "1"), (" ๑ ", "1"), ("Yes", "yes"), ("1.5", "1.5"), ("ผ\u200bาน", "ผาน"), ("-", "-")],
)
def test_codes_as_keys(written: str, key: str) -> None:
    assert codes.key_of(written) == key


def test_zawgyi_becomes_unicode_and_nothing_else_changes() -> None:
    unicode = "မြန်မာနိုင်ငံ"
    assert to_unicode("ျမန္မာႏိုင္ငံ") == unicode
    assert to_unicode(unicode) == unicode
    assert to_unicode("สมชาย") == "สมชาย"


@given(st.text("กขคงจฉาิีุูเแโ abcxyz", max_size=30))
def test_text_without_burmese_letters_is_never_touched(text: str) -> None:
    assert to_unicode(text) == text
