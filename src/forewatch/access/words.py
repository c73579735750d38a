"""What roles and purposes are called on pages, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from forewatch.access.rules import DataClass, Purpose, Role, Verb

ROLE_NAMES: Mapping[Role, Any] = {
    Role.ANALYST: _("provincial analyst"),
    Role.VOLUNTEER: _("watch volunteer"),
    Role.ENUMERATOR: _("enumerator"),
    Role.DISTRICT_OFFICER: _("district officer"),
    Role.DISTRICT_SUPERVISOR: _("district supervisor"),
    Role.PROVINCIAL_LEAD: _("provincial lead"),
    Role.SOCIAL_WORKER: _("social worker"),
    Role.POLICE: _("police liaison"),
    Role.PLANNER: _("planner"),
    Role.SOURCE_HANDLER: _("source handler"),
    Role.DATA_PROTECTION_OFFICER: _("data protection officer"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.ADVOCATE: _("advocate"),
    Role.AGENCY: _("program of a partner agency"),
}
PURPOSE_NAMES: Mapping[Purpose, Any] = {
    Purpose.PREVENT: _("prevention"),
    Purpose.ASSIST: _("assistance"),
    Purpose.PLAN: _("planning"),
    Purpose.CONTEST: _("contesting"),
    Purpose.AUDIT: _("audit"),
    Purpose.IMPORT: _("taking in files"),
    Purpose.SUPPORT: _("technical support"),
}
CLASS_NAMES: Mapping[DataClass, Any] = {
    DataClass.IDENTITY: _("names and homes"),
    DataClass.OBSERVATION: _("what is known of people"),
    DataClass.BAND: _("bands"),
    DataClass.AGGREGATE: _("figures of the area"),
    DataClass.RELEASED: _("published figures"),
    DataClass.EXIT: _("what leaves the office"),
    DataClass.SOURCE: _("who told"),
    DataClass.GRADE: _("grades"),
    DataClass.AUDIT: _("the trail"),
    DataClass.DEEDS: _("deeds of colleagues"),
    DataClass.REFERENCE: _("areas and sources"),
    DataClass.ACCOUNT: _("accounts and roles"),
    DataClass.SYSTEM: _("the machine"),
}
VERB_NAMES: Mapping[Verb, Any] = {
    Verb.READ: _("read"),
    Verb.REVEAL: _("saw the name"),
    Verb.CREATE: _("registered"),
    Verb.CORRECT: _("corrected"),
    Verb.IMPORT: _("took in a file"),
    Verb.APPROVE: _("agreed"),
    Verb.ASSIGN: _("gave to somebody"),
    Verb.MERGE: _("merged"),
    Verb.CONTEST: _("contested"),
    Verb.ERASE: _("asked to erase"),
    Verb.PRINT: _("printed"),
    Verb.EXPORT: _("took a file out"),
    Verb.BREAK_GLASS: _("opened in an emergency"),
    Verb.SECOND: _("agreed as a second person"),
}


def role_choices() -> list[tuple[str, Any]]:
    """Return the roles with their names, for a field."""
    return [(one.value, name) for one, name in ROLE_NAMES.items()]
