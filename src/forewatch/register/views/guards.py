"""What each page of the register does to which class of data; any purpose of one's grants opens it."""

from __future__ import annotations

from forewatch.access.guarding import Guard
from forewatch.access.rules import DataClass, Verb

READ = Guard(Verb.READ, DataClass.OBSERVATION)
REVEAL = Guard(Verb.REVEAL, DataClass.IDENTITY)
REGISTER = Guard(Verb.CREATE, DataClass.IDENTITY)
CORRECT = Guard(Verb.CORRECT, DataClass.OBSERVATION)
ASSIGN = Guard(Verb.ASSIGN, DataClass.OBSERVATION)
BREAK_GLASS = Guard(Verb.BREAK_GLASS, DataClass.IDENTITY)
SECOND = Guard(Verb.SECOND, DataClass.IDENTITY)
CHECK = Guard(Verb.SECOND, DataClass.OBSERVATION)
MERGE = Guard(Verb.MERGE, DataClass.OBSERVATION)
READ_SOURCES = Guard(Verb.READ, DataClass.REFERENCE)
WRITE_SOURCE = Guard(Verb.CREATE, DataClass.REFERENCE)
GRADE_SOURCE = Guard(Verb.CORRECT, DataClass.GRADE)
NAME_SOURCE = Guard(Verb.READ, DataClass.SOURCE)
CORRECT_SOURCE = Guard(Verb.CORRECT, DataClass.REFERENCE)
