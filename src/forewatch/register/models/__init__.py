"""The register: who is known, in which household and where, what sources said, and what happened.

A person is a pseudonym with what the index needs (sex, birth date); names and numbers are sealed in a table
of their own. Nothing here is a band: bands are answers to a question asked at a date, and live with the runs.
"""

from forewatch.register.models.break_glass import BreakGlass
from forewatch.register.models.canaries import Canary
from forewatch.register.models.citizenship import CitizenshipStep
from forewatch.register.models.confirmations import Confirmation
from forewatch.register.models.conflicts import ConflictOfInterest
from forewatch.register.models.consents import Consent
from forewatch.register.models.drafts import Correction, Draft
from forewatch.register.models.households import Assignment, Household, Residence
from forewatch.register.models.identity import HouseholdKey, Identity, IdentityKey
from forewatch.register.models.matching import MatchProposal, Merge
from forewatch.register.models.people import BirthPrecision, Membership, Person, Sex
from forewatch.register.models.sources import (
    Audience,
    Grade,
    Handling,
    Reliability,
    Source,
    SourceGrade,
    SourceKind,
)
from forewatch.register.models.statements import Conditions, Event, Record, SubjectLevel, TakenBack

__all__ = (
    "Assignment",
    "Audience",
    "BirthPrecision",
    "BreakGlass",
    "Canary",
    "CitizenshipStep",
    "Conditions",
    "Confirmation",
    "ConflictOfInterest",
    "Consent",
    "Correction",
    "Draft",
    "Event",
    "Grade",
    "Handling",
    "Household",
    "HouseholdKey",
    "Identity",
    "IdentityKey",
    "MatchProposal",
    "Membership",
    "Merge",
    "Person",
    "Record",
    "Reliability",
    "Residence",
    "Sex",
    "Source",
    "SourceGrade",
    "SourceKind",
    "SubjectLevel",
    "TakenBack",
)
