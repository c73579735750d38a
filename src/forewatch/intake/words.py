"""What is wrong with files and rows, in words for whoever must act; every reason has its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.intake.readers.refusals import Reason
from forewatch.intake.rules import State
from forewatch.intake.values.faults import Fault, Note

R, F, N, S = Reason, Fault, Note, State

REFUSALS: Mapping[Reason, Any] = {
    R.EMPTY: gettext_lazy("The file holds no rows. Check that you chose the right one."),
    R.TOO_LARGE: gettext_lazy(
        "The file is larger than %(limit)s MB. Split it by district and upload each part."
    ),
    R.UNKNOWN_KIND: gettext_lazy(
        "This kind of file (%(name)s) cannot be read. Save the table as CSV, XLSX or Parquet."
    ),
    R.WRONG_EXTENSION: gettext_lazy(
        "The name ends in %(suffix)s, but inside it is %(kind)s. Ask the sender, and give it its right name."
    ),
    R.OLD_EXCEL: gettext_lazy("This is the old Excel format. Open it and save it as XLSX."),
    R.ENCRYPTED: gettext_lazy(
        "The file is protected by a password. Save it without one and upload it again."
    ),
    R.BROKEN: gettext_lazy("The file is damaged or was cut off on its way. Ask for it again."),
    R.BOMB: gettext_lazy(
        "The file unpacks to far more than it should, as harmful ones do. It was not opened. Tell the sender."
    ),
    R.UNSAFE_ARCHIVE: gettext_lazy(
        "The file is put together in a way no spreadsheet program does. It was not opened. Tell the sender."
    ),
    R.MACROS: gettext_lazy("The file holds macros (small programs). Save it as XLSX without them."),
    R.EXTERNAL_LINKS: gettext_lazy(
        "The file takes values from other files. Replace the links by values and save it."
    ),
    R.EMBEDDED: gettext_lazy("The file holds other files or controls inside. Remove them and save it."),
    R.DTD: gettext_lazy(
        "The file holds declarations that are used for attacks. It was not opened. Tell the sender."
    ),
    R.NUL: gettext_lazy(
        "The file is not text, or damaged: it holds empty bytes. Save the table as CSV or XLSX."
    ),
    R.ENCODING: gettext_lazy(
        "The letters of the file cannot be read: it is neither UTF-8 nor Windows Thai. Save it as CSV UTF-8."
    ),
    R.UNCLOSED_QUOTE: gettext_lazy('A quotation mark (") opened on line %(line)s is never closed.'),
    R.QUOTE: gettext_lazy(
        'On line %(line)s a quotation mark (") stands inside a cell. Double it, or remove it.'
    ),
    R.LONG_LINE: gettext_lazy("A line is longer than %(limit)s characters: this is no table."),
    R.LONG_CELL: gettext_lazy(
        'A cell on line %(line)s exceeds %(limit)s characters. Often a quotation mark (") is not closed.'
    ),
    R.TOO_MANY_COLUMNS: gettext_lazy(
        "The table has %(count)s columns; up to %(limit)s can be read. Remove those you do not need."
    ),
    R.TOO_MANY_ROWS: gettext_lazy("The table has more than %(limit)s rows. Split it and upload each part."),
    R.TOO_MANY_SHEETS: gettext_lazy("The file has more than %(limit)s sheets. Remove those you do not need."),
    R.NO_HEADINGS: gettext_lazy("Line %(line)s holds only numbers where the names of the columns should be."),
    R.NESTED: gettext_lazy(
        "The column “%(column)s” holds lists or raw bytes. Save it as plain text or numbers."
    ),
    R.TOO_SLOW: gettext_lazy(
        "Reading the file took too long and was stopped. Save it again as CSV, or split it."
    ),
    R.TOO_MUCH_MEMORY: gettext_lazy(
        "Reading the file needs more memory than is allowed. Save it as CSV, or split it."
    ),
}

FAULTS: Mapping[Fault, tuple[Any, Any]] = {
    F.DATE_SHAPE: (gettext_lazy("Not a date"), gettext_lazy("write it like 5/7/2567 or 2024-07-05")),
    F.DATE_NOT_A_DAY: (
        gettext_lazy("No such day"),
        gettext_lazy("this month has fewer days; the order is day, month, year"),
    ),
    F.DATE_FUTURE: (gettext_lazy("A day that has not come yet"), gettext_lazy("check the year and its era")),
    F.DATE_OLD: (gettext_lazy("A day too long ago"), gettext_lazy("check the year and its era")),
    F.DATE_ERA_BUDDHIST: (
        gettext_lazy("A Buddhist year in a column of common years"),
        gettext_lazy("%(hint)s in the common era"),
    ),
    F.DATE_ERA_COMMON: (
        gettext_lazy("A common year in a column of Buddhist years"),
        gettext_lazy("%(hint)s in the Buddhist era"),
    ),
    F.DATE_TWO_DIGITS: (
        gettext_lazy("A year of two digits"),
        gettext_lazy("write all four, so that the era is plain"),
    ),
    F.DATE_SERIAL: (
        gettext_lazy("A day number of a spreadsheet"),
        gettext_lazy("format the column as dates in the spreadsheet and save it again"),
    ),
    F.DATE_INCOMPLETE: (gettext_lazy("Day or month missing"), gettext_lazy("the whole date is needed here")),
    F.DATE_MISSING: (gettext_lazy("No date"), gettext_lazy("say on which day this was observed")),
    F.NUMBER_SHAPE: (gettext_lazy("Not a number"), gettext_lazy("write it like 38000 or 38,000.50")),
    F.NUMBER_RANGE: (gettext_lazy("A number out of range"), gettext_lazy("allowed: %(hint)s")),
    F.NUMBER_DECIMALS: (gettext_lazy("Too many decimals"), gettext_lazy("at most %(hint)s")),
    F.CODE_UNKNOWN: (gettext_lazy("An unknown code"), gettext_lazy("known here: %(hint)s")),
    F.ID_SCIENTIFIC: (
        gettext_lazy("Citizen number spoilt by a spreadsheet (like 1.1E+12)"),
        gettext_lazy("its last digits are lost: take the number from the source again, as text"),
    ),
    F.ID_LENGTH: (
        gettext_lazy("Citizen number without 13 digits"),
        gettext_lazy("check it against the card"),
    ),
    F.ID_FIRST: (gettext_lazy("Citizen number that begins with 9"), gettext_lazy("no such numbers exist")),
    F.ID_CHECK: (
        gettext_lazy("Citizen number with a wrong digit"),
        gettext_lazy("its last digit does not fit: check it against the card"),
    ),
    F.AREA_MISSING: (gettext_lazy("No area code"), gettext_lazy("names are not enough: write the code")),
    F.AREA_UNKNOWN: (
        gettext_lazy("No such area code here"),
        gettext_lazy("it may be mistyped, or lie outside your area"),
    ),
    F.HOUSEHOLD_MISSING: (gettext_lazy("No household number"), gettext_lazy("write the source's own number")),
    F.PERSON_MISSING: (
        gettext_lazy("Nothing tells who this is"),
        gettext_lazy("a name, a citizen number or the source's own number is needed"),
    ),
    F.SPREADSHEET_ERROR: (
        gettext_lazy("A formula that failed (like #N/A)"),
        gettext_lazy("put the value in its place"),
    ),
    F.CELLS_MISSING: (
        gettext_lazy("Too few cells in the row"),
        gettext_lazy("only %(hint)s: a separator is missing, or the line was cut"),
    ),
    F.CELLS_TOO_MANY: (
        gettext_lazy("Too many cells in the row"),
        gettext_lazy("%(hint)s: perhaps a comma inside a cell without quotation marks"),
    ),
    F.NOTHING_SAID: (gettext_lazy("The row says nothing"), gettext_lazy("all its answers are empty")),
}

NOTES: Mapping[Note, Any] = {
    N.ZERO_RESTORED: gettext_lazy("Citizen numbers got back the zero that a spreadsheet had dropped"),
    N.BURMESE_CONVERTED: gettext_lazy(
        "Burmese names in Zawgyi were turned into Unicode; the original is kept"
    ),
    N.OLD_THAI_YEAR: gettext_lazy(
        "Born from January to March before 1941, when the Thai year began in April: the year may be one off"
    ),
}

STATES: Mapping[State, Any] = {
    S.RECEIVED: gettext_lazy("received"),
    S.READING: gettext_lazy("being read"),
    S.REFUSED: gettext_lazy("cannot be read"),
    S.MAPPING: gettext_lazy("to be mapped"),
    S.CHECKING: gettext_lazy("being checked"),
    S.CHECKED: gettext_lazy("checked"),
    S.WAITING: gettext_lazy("waits for a colleague"),
    S.COMMITTING: gettext_lazy("going in"),
    S.IN: gettext_lazy("in the register"),
    S.UNDOING: gettext_lazy("being undone"),
    S.UNDONE: gettext_lazy("undone"),
    S.DISCARDED: gettext_lazy("discarded"),
}


def refusal(said: Mapping[str, Any]) -> str:
    """Return why a file was refused, as a sentence."""
    return str(REFUSALS[Reason(said["reason"])]) % said


def title(kind: str) -> str:
    """Return a fault or a note in a few words, for the head of a group."""
    return str(FAULTS[Fault(kind)][0] if kind in set(Fault) else NOTES[Note(kind)])


def advice(kind: str, hint: str) -> str:
    """Return what to do about a fault; empty for a note."""
    return str(FAULTS[Fault(kind)][1]) % {"hint": hint or "–"} if kind in set(Fault) else ""


def reason(column: str, kind: str, hint: str) -> str:
    """Return what is wrong with a row in one line, for the file of rows set aside."""
    said = _("%(what)s (%(advice)s)") % {"what": title(kind), "advice": advice(kind, hint)}
    return f"{column}: {said}" if column else said
