"""What the rows of households and people carry for lists, computed again from what decides it.

Actions call `refresh` in their transaction; a batch calls it for all it touched. The statements run on SQLite
and PostgreSQL alike.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import islice

from django.db import connection

from forewatch.access import second_lock
from forewatch.register.models import Household
from forewatch.register.rules.citizenship import VARIABLE, WITHOUT_PAPERS
from forewatch.register.rules.sources import WEIGHTLESS
from forewatch.register.signals import MANY, households_changed

_LATEST = "(valid_to IS NULL) DESC, valid_from DESC, id DESC LIMIT 1"
_SCORES = "IN ('', 'A', 'B')"
_LACKING = ", ".join(f"'{one}'" for one in sorted(WITHOUT_PAPERS))

_PEOPLE = f"""
UPDATE register_person SET
  household_id = (
    SELECT m.household_id FROM register_membership m WHERE m.person_id = register_person.id
    ORDER BY {_LATEST}
  ),
  papers = COALESCE((
    SELECT r."values" ->> '{VARIABLE}' FROM register_person one
    JOIN register_record r ON r.person_id = one.id
    JOIN register_source s ON s.id = r.source_id AND NOT {WEIGHTLESS}
    WHERE (one.id = register_person.id OR one.merged_into_id = register_person.id)
      AND r.grade {_SCORES} AND r."values" ->> '{VARIABLE}' IS NOT NULL
      AND NOT EXISTS (
        SELECT 1 FROM register_record l WHERE l.supersedes_id = r.id AND l.grade {_SCORES}
      )
    ORDER BY r.observed_on DESC, CASE r.grade WHEN '' THEN 'C' ELSE r.grade END, r.id DESC LIMIT 1
  ), '')
WHERE id IN (SELECT person_id FROM register_membership WHERE household_id IN ({{marks}}))
"""

_MEMBERS = """
FROM register_membership m JOIN register_person p ON p.id = m.person_id
WHERE m.household_id = register_household.id AND m.valid_to IS NULL AND p.merged_into_id IS NULL
"""

_HOUSEHOLDS = f"""
UPDATE register_household SET
  area_id = (
    SELECT area_id FROM register_residence WHERE household_id = register_household.id
    ORDER BY {_LATEST}
  ),
  area_path = COALESCE((
    SELECT a.path FROM (
      SELECT area_id FROM register_residence WHERE household_id = register_household.id
      ORDER BY {_LATEST}
    ) home JOIN places_area a ON a.id = home.area_id
  ), ''),
  (members, youngest_born, without_papers) = (
    SELECT count(*), max(p.birth_date), COALESCE(sum(CASE WHEN p.papers IN ({_LACKING}) THEN 1 ELSE 0 END), 0)
    {_MEMBERS}
  ),
  last_seen_on = (
    SELECT max(seen) FROM (
      SELECT max(observed_on) AS seen FROM register_record WHERE household_id = register_household.id
      UNION ALL
      SELECT max(r.observed_on) FROM register_record r JOIN (
        SELECT p.id {_MEMBERS}
      ) member ON r.person_id = member.id
    ) latest
  )
WHERE id IN ({{marks}})
"""


@second_lock.opened("what rows add up to, kept in step")
def refresh(household_ids: Iterable[uuid.UUID], *, tell: bool = True) -> None:
    """Bring these households, and the people who ever belonged to them, up to date, and tell who follows."""
    column = Household._meta.pk
    waiting = iter(dict.fromkeys(household_ids))
    while some := list(islice(waiting, MANY)):
        ids = [column.get_db_prep_value(one, connection) for one in some]
        marks = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(_PEOPLE.format(marks=marks), ids)
            cursor.execute(_HOUSEHOLDS.format(marks=marks), ids)
        if tell:
            households_changed.send(sender=Household, households=some)
