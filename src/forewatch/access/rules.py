"""Who may do what to which class of data, and how far: the policy as one table of values.

What is not in the table is refused. The decision itself, with areas, purposes and dates, is
`decisions.decide`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the network; a person may hold several, each in an area and for a time."""

    ANALYST = "analyst"
    VOLUNTEER = "volunteer"
    ENUMERATOR = "enumerator"
    DISTRICT_OFFICER = "district_officer"
    DISTRICT_SUPERVISOR = "district_supervisor"
    PROVINCIAL_LEAD = "provincial_lead"
    SOCIAL_WORKER = "social_worker"
    POLICE = "police"
    PLANNER = "planner"
    SOURCE_HANDLER = "source_handler"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMINISTRATOR = "administrator"
    ADVOCATE = "advocate"
    AGENCY = "agency"


class DataClass(StrEnum):
    """What a piece of data could do in the wrong hands."""

    IDENTITY = "identity"
    OBSERVATION = "observation"
    BAND = "band"
    AGGREGATE = "aggregate"
    RELEASED = "released"
    EXIT = "exit"
    SOURCE = "source"
    GRADE = "grade"
    AUDIT = "audit"
    DEEDS = "deeds"
    """What colleagues did, as the trail has it, without whom it was about."""
    REFERENCE = "reference"
    ACCOUNT = "account"
    SYSTEM = "system"


class Verb(StrEnum):
    """What is done; reading a name in clear is a verb of its own."""

    READ = "read"
    REVEAL = "reveal"
    CREATE = "create"
    CORRECT = "correct"
    IMPORT = "import"
    APPROVE = "approve"
    ASSIGN = "assign"
    MERGE = "merge"
    CONTEST = "contest"
    ERASE = "erase"
    BREAK_GLASS = "break_glass"
    SECOND = "second"
    PRINT = "print"
    EXPORT = "export"


class Purpose(StrEnum):
    """What for; a grant names its purposes, and a deed names one of them."""

    PREVENT = "prevent"
    ASSIST = "assist"
    PLAN = "plan"
    CONTEST = "contest"
    AUDIT = "audit"
    IMPORT = "import"
    SUPPORT = "support"


class Protocol(StrEnum):
    """By which protocol an installation works: one office, or several agencies that watch each other."""

    SINGLE_OFFICE = "single-office"
    MULTI_AGENCY = "multi-agency"


class Scope(StrEnum):
    """How far a permission reaches."""

    AREA = "area"
    """Everything inside the area of the grant."""
    CHECKED = "checked"
    """Everything inside the area of the grant, and nothing comes of it until a colleague has agreed."""
    ASSIGNED = "assigned"
    """Only households assigned to this person."""
    OWN = "own"
    """Only what this person wrote, for a day."""
    WRITE = "write"
    """Hand in, without reading back."""
    BREAK_GLASS = "break_glass"
    """Only what this person opened in an emergency, for a few hours, wherever it is."""
    EVERYWHERE = "everywhere"
    """Not bound to an area: it says nothing of anybody."""
    SECONDED = "seconded"
    """Not bound to an area, and nothing comes of it until a second person has agreed."""


R, C, V, S = Role, DataClass, Verb, Scope

_OFFICERS = (R.DISTRICT_OFFICER, R.DISTRICT_SUPERVISOR, R.PROVINCIAL_LEAD)
_STAFF = (R.ANALYST, *_OFFICERS)


def _policy() -> Mapping[tuple[Role, DataClass, Verb], tuple[Scope, ...]]:
    table: dict[tuple[Role, DataClass, Verb], tuple[Scope, ...]] = {}

    def allow(roles: tuple[Role, ...], data: DataClass, verbs: tuple[Verb, ...], *scopes: Scope) -> None:
        for role in roles:
            for verb in verbs:
                table[role, data, verb] = scopes

    # People on the ground hand in; an enumerator sees what they wrote for a day, a volunteer nothing.
    allow((R.VOLUNTEER,), C.IDENTITY, (V.CREATE,), S.WRITE)
    allow((R.VOLUNTEER,), C.OBSERVATION, (V.CREATE,), S.WRITE)
    allow((R.ENUMERATOR,), C.IDENTITY, (V.CREATE,), S.WRITE)
    allow((R.ENUMERATOR,), C.IDENTITY, (V.READ, V.REVEAL), S.OWN)
    allow((R.ENUMERATOR,), C.OBSERVATION, (V.CREATE,), S.WRITE)
    allow((R.ENUMERATOR,), C.OBSERVATION, (V.READ,), S.OWN)

    # Staff work inside their area. "Reading" an identity is seeing that it is there, masked.
    allow(_STAFF, C.IDENTITY, (V.READ, V.REVEAL, V.CREATE, V.CORRECT), S.AREA)
    allow(_STAFF, C.OBSERVATION, (V.READ, V.CREATE, V.CORRECT), S.AREA)
    # Who sits far from the people corrects and merges with one colleague's check (access protocol A2).
    allow((R.ANALYST,), C.IDENTITY, (V.CORRECT,), S.CHECKED)
    allow((R.ANALYST,), C.OBSERVATION, (V.CORRECT, V.MERGE), S.CHECKED)
    allow(_STAFF, C.OBSERVATION, (V.SECOND,), S.AREA)
    allow(_STAFF, C.BAND, (V.READ,), S.AREA)
    allow(_STAFF, C.AGGREGATE, (V.READ,), S.AREA)
    allow(_OFFICERS, C.BAND, (V.PRINT,), S.AREA)
    allow(_OFFICERS, C.OBSERVATION, (V.ASSIGN,), S.AREA)
    allow((R.ANALYST,), C.OBSERVATION, (V.IMPORT, V.APPROVE), S.AREA)
    allow((R.PROVINCIAL_LEAD,), C.OBSERVATION, (V.APPROVE, V.MERGE), S.AREA)
    allow((R.DISTRICT_SUPERVISOR, R.PROVINCIAL_LEAD), C.BAND, (V.APPROVE,), S.AREA)

    # In an emergency officers open one household outside their area, for some hours; others look at why.
    allow(_OFFICERS, C.IDENTITY, (V.BREAK_GLASS,), S.EVERYWHERE)
    allow(_OFFICERS, C.IDENTITY, (V.READ, V.REVEAL), S.AREA, S.BREAK_GLASS)
    allow(_OFFICERS, C.OBSERVATION, (V.READ,), S.AREA, S.BREAK_GLASS)
    allow(_OFFICERS, C.BAND, (V.READ,), S.AREA, S.BREAK_GLASS)

    # Who oversees all may see names in an emergency, and nothing more, once a second person has agreed.
    allow((R.DATA_PROTECTION_OFFICER,), C.IDENTITY, (V.BREAK_GLASS,), S.SECONDED)
    allow((R.DATA_PROTECTION_OFFICER,), C.IDENTITY, (V.REVEAL,), S.BREAK_GLASS)
    allow((R.DISTRICT_SUPERVISOR, R.PROVINCIAL_LEAD), C.IDENTITY, (V.SECOND,), S.AREA)

    # The program of a partner agency hands in its own records, and reads nothing of anybody.
    allow((R.AGENCY,), C.OBSERVATION, (V.IMPORT,), S.AREA)

    # A responder sees the households assigned to them and no other.
    allow((R.SOCIAL_WORKER,), C.IDENTITY, (V.READ, V.REVEAL), S.ASSIGNED)
    allow((R.SOCIAL_WORKER,), C.OBSERVATION, (V.READ,), S.ASSIGNED)
    allow((R.SOCIAL_WORKER,), C.BAND, (V.READ,), S.ASSIGNED)

    # Erasing somebody takes two: one asks, another decides.
    allow((R.ANALYST, R.PROVINCIAL_LEAD), C.IDENTITY, (V.ERASE,), S.AREA)
    allow((R.PROVINCIAL_LEAD,), C.IDENTITY, (V.APPROVE,), S.AREA)
    allow((R.DATA_PROTECTION_OFFICER,), C.IDENTITY, (V.APPROVE,), S.EVERYWHERE)

    # What leaves for another organisation or the public: asked for by one, let out by others, who see what it
    # is and not whom it is about.
    letting_out = (R.ANALYST, R.DISTRICT_SUPERVISOR, R.PROVINCIAL_LEAD)
    allow((R.ANALYST, R.PROVINCIAL_LEAD), C.EXIT, (V.CREATE, V.EXPORT), S.AREA)
    allow(letting_out, C.EXIT, (V.READ, V.APPROVE), S.AREA)
    allow((R.DATA_PROTECTION_OFFICER,), C.EXIT, (V.READ, V.APPROVE), S.EVERYWHERE)

    # An advocate contests for the person who asks, and sees what is kept once the desk has confirmed them.
    allow((R.ADVOCATE,), C.OBSERVATION, (V.CONTEST,), S.AREA)
    allow((R.ADVOCATE,), C.BAND, (V.CONTEST,), S.AREA)

    # Everybody who signs in may read what is about nobody: areas, the definition, the registry of sources,
    # and the figures of a release.
    readers = tuple(role for role in Role if role is not R.VOLUNTEER)
    allow(readers, C.REFERENCE, (V.READ,), S.EVERYWHERE)
    allow(readers, C.RELEASED, (V.READ,), S.EVERYWHERE)
    allow((R.ANALYST, R.PROVINCIAL_LEAD), C.REFERENCE, (V.CREATE, V.CORRECT), S.EVERYWHERE)

    allow((R.SOURCE_HANDLER,), C.SOURCE, (V.READ,), S.AREA)
    # How much a source is worth is graded by those who do not grade what it says, and seen by those who ask
    # whether grades can be trusted.
    allow((R.SOURCE_HANDLER,), C.GRADE, (V.CORRECT,), S.EVERYWHERE)
    allow((R.SOURCE_HANDLER, R.PROVINCIAL_LEAD), C.GRADE, (V.READ,), S.AREA)
    allow((R.DATA_PROTECTION_OFFICER,), C.GRADE, (V.READ,), S.EVERYWHERE)
    # What a report is worth: the desk of an area, and a second grader who sees no name.
    allow((*_STAFF, R.SOURCE_HANDLER), C.GRADE, (V.CREATE,), S.AREA)
    allow((R.DATA_PROTECTION_OFFICER,), C.AUDIT, (V.READ, V.APPROVE), S.EVERYWHERE)
    # People who do not exist, planted among the others: whoever opens one had no business there.
    allow((R.DATA_PROTECTION_OFFICER,), C.AUDIT, (V.CREATE,), S.EVERYWHERE)
    # Names shown singly are looked at again by somebody else, without seeing whose they are.
    allow((R.DISTRICT_SUPERVISOR, R.PROVINCIAL_LEAD), C.AUDIT, (V.APPROVE,), S.AREA)
    # Whoever answers for a team sees what it does; of the trail itself, nothing.
    allow((R.DISTRICT_SUPERVISOR, R.PROVINCIAL_LEAD), C.DEEDS, (V.READ,), S.AREA)
    allow((R.ADMINISTRATOR,), C.ACCOUNT, (V.READ, V.CREATE, V.CORRECT), S.EVERYWHERE)
    # Who works here, who lost their second factor, and to whom a leaver's work goes.
    allow((R.ADMINISTRATOR,), C.ACCOUNT, (V.APPROVE, V.ASSIGN), S.EVERYWHERE)
    allow((R.PROVINCIAL_LEAD,), C.ACCOUNT, (V.READ, V.APPROVE, V.ASSIGN), S.AREA)
    # A role that reaches far is given by one and agreed to by another, whose own reaches as far.
    allow((R.PROVINCIAL_LEAD,), C.ACCOUNT, (V.SECOND,), S.AREA)
    allow((R.DATA_PROTECTION_OFFICER, R.ADMINISTRATOR), C.ACCOUNT, (V.SECOND,), S.EVERYWHERE)
    allow((R.ADMINISTRATOR,), C.SYSTEM, (V.READ, V.CREATE), S.EVERYWHERE)
    return table


POLICY: Mapping[tuple[Role, DataClass, Verb], tuple[Scope, ...]] = _policy()
"""(role, class, verb) to how far it reaches."""

PURPOSES: Mapping[Role, tuple[Purpose, ...]] = {
    R.ANALYST: (Purpose.PREVENT, Purpose.IMPORT),
    R.VOLUNTEER: (Purpose.PREVENT,),
    R.ENUMERATOR: (Purpose.PREVENT,),
    R.DISTRICT_OFFICER: (Purpose.PREVENT, Purpose.ASSIST),
    R.DISTRICT_SUPERVISOR: (Purpose.PREVENT, Purpose.ASSIST),
    R.PROVINCIAL_LEAD: (Purpose.PREVENT, Purpose.ASSIST, Purpose.IMPORT),
    R.SOCIAL_WORKER: (Purpose.ASSIST,),
    R.POLICE: (),
    R.PLANNER: (Purpose.PLAN,),
    R.SOURCE_HANDLER: (Purpose.PREVENT,),
    R.DATA_PROTECTION_OFFICER: (Purpose.AUDIT,),
    R.ADMINISTRATOR: (Purpose.SUPPORT,),
    R.ADVOCATE: (Purpose.CONTEST,),
    R.AGENCY: (Purpose.IMPORT,),
}
"""The purposes that a grant of a role may carry at most."""

_OF_PEOPLE = frozenset({C.IDENTITY, C.OBSERVATION, C.BAND})
_FOR_FILES = frozenset({(C.OBSERVATION, V.IMPORT), (C.OBSERVATION, V.APPROVE)})


def serves(purpose: Purpose, data: DataClass, verb: Verb) -> bool:
    """Tell whether a purpose can be one for a deed: files are taken in without reading anybody's page for it.

    To being handed in by others nobody says no; so nothing that a no closes may be opened by it.
    """
    return purpose is not Purpose.IMPORT or data not in _OF_PEOPLE or (data, verb) in _FOR_FILES


_IN_THE_FIELD = frozenset({R.VOLUNTEER, R.ENUMERATOR, R.DISTRICT_OFFICER, R.SOCIAL_WORKER})
TEAMS: Mapping[Role, frozenset[Role]] = {
    R.DISTRICT_SUPERVISOR: _IN_THE_FIELD,
    R.PROVINCIAL_LEAD: _IN_THE_FIELD | {R.ANALYST, R.DISTRICT_SUPERVISOR},
}
"""Whose deeds a role is answerable for: the roles below. Who speaks for others, knows who told, or oversees
is in nobody's team, and neither is who stands as high as oneself."""

NEEDS_BASIS: frozenset[Verb] = frozenset({V.READ, V.REVEAL, V.CORRECT, V.PRINT})
"""What is not done about somebody for a purpose to which they said no; erasing and contesting stay open."""

SECOND_FACTOR: frozenset[Role] = frozenset(Role) - {R.VOLUNTEER}
"""Roles that read anything sign in with a second factor; a volunteer only hands in."""

PASSKEY_ROLES: frozenset[Role] = frozenset(Role) - {R.VOLUNTEER, R.ENUMERATOR, R.AGENCY}
"""Roles that read what others wrote sign in with a passkey: a code can be talked out of somebody."""

SECONDED_ROLES: frozenset[Role] = frozenset(Role) - {R.VOLUNTEER, R.ENUMERATOR, R.AGENCY}
"""Roles that begin when a second person has agreed: all but those that only hand in."""

UNBOUNDED_ROLES: frozenset[Role] = frozenset(
    role
    for (role, data, _verb), reach in POLICY.items()
    if data in (C.ACCOUNT, C.AUDIT) and S.EVERYWHERE in reach
)
"""Roles whose power over accounts and oversight no area bounds, whatever area they were given in."""

CODE_SECONDS = 30
"""For so long an app shows a code, which opens the door once in them."""
