"""What the second lock asks of PostgreSQL: the reach of whoever reads, worked out by the database itself.

It repeats the decision more coarsely: roles, areas, dates, assignments, emergencies and conflicts of
interest, for everything about people alike. Purposes, classes and consents stay with the decision.
"""

from __future__ import annotations

from forewatch.access.rules import SECONDED_ROLES
from forewatch.lib.row_security import of_household, of_person


def _told(setting: str, *, once: bool = True) -> str:
    """Return what was said of the reader; in a policy it is asked once for a statement, not for each row."""
    return f"(SELECT {setting})" if once else f"({setting})"


def by_reader(column: str, *, once: bool = True) -> str:
    """Return the condition that a column names the reader."""
    reader = _told("nullif(current_setting('forewatch.user', true), '')", once=once)
    return f"{column} = {reader}::uuid"


def within(path: str, areas: str = "areas", *, once: bool = True) -> str:
    """Return the condition that a path of areas lies where the reader works."""
    told = _told(f"forewatch_list('{areas}')", once=once)
    return f"forewatch_within({path}, {told})"


def _household(of: str = "", *, once: bool = True) -> str:
    """Return the condition that a household is shown, to whose columns `of` leads."""
    away, given = (_told(f"forewatch_homes('{one}')", once=once) for one in ("away", "given"))
    return (
        f"NOT {of}id = ANY ({away}::uuid[]) AND ({within(f'{of}area_path', once=once)} "
        f"OR {of}id = ANY ({given}::uuid[]) OR forewatch_is_own({of}made_by_id, {of}made_at, {of}area_path))"
    )


_WORK = "('analyst', 'district_officer', 'district_supervisor', 'provincial_lead', 'advocate')"
_EMERGENCIES = "('district_officer', 'district_supervisor', 'provincial_lead', 'data_protection_officer')"
_SECONDED = f"({', '.join(repr(one.value) for one in sorted(SECONDED_ROLES))})"
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION forewatch_list(name text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(string_to_array(nullif(current_setting('forewatch.' || name, true), ''), ','), '{{}}')
$$;
CREATE OR REPLACE FUNCTION forewatch_homes(name text) RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT forewatch_list(name)::uuid[]
$$;
CREATE OR REPLACE FUNCTION forewatch_whole() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('forewatch.whole', true) = 'on', false)
$$;
-- '*' is everywhere. The marks are whole paths of areas, which end in a stroke.
CREATE OR REPLACE FUNCTION forewatch_within(path text, areas text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT areas <> '{{}}' AND ('*' = ANY (areas) OR path ^@ ANY (areas))
$$;
-- What an enumerator registered is theirs to read for a day. Few rows are read by it: as a function it is no
-- part of everybody's plans.
CREATE OR REPLACE FUNCTION forewatch_is_own(made_by uuid, made_at timestamptz, path text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN {by_reader("made_by", once=False)} AND {within("path", "own", once=False)}
    AND made_at > nullif(current_setting('forewatch.since', true), '')::timestamptz;
END
$$;
-- Whoever was merged is where the kept one is; asked as the owner, or the policy would ask itself.
CREATE OR REPLACE FUNCTION forewatch_home(who uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT household_id FROM register_person WHERE id = who $$;

-- Asked as the owner, once for each row: planned as a join of guarded tables it would multiply itself. Only
-- the row is asked for in SQL; the condition stands outside, where it takes a fifth of the time.
CREATE OR REPLACE FUNCTION forewatch_sees_home(home uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one record;
BEGIN
  SELECT id, area_path, made_by_id, made_at INTO one FROM register_household WHERE id = home;
  RETURN FOUND AND {_household("one.", once=False)};
END
$$;
CREATE OR REPLACE FUNCTION forewatch_sees_person(who uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one record;
BEGIN
  SELECT h.id, h.area_path, h.made_by_id, h.made_at, p.merged_into_id INTO one
  FROM register_person p LEFT JOIN register_household h ON h.id = p.household_id WHERE p.id = who;
  RETURN FOUND AND (one.id IS NOT NULL AND {_household("one.", once=False)}
    OR one.merged_into_id IS NOT NULL AND forewatch_sees_home(forewatch_home(one.merged_into_id)));
END
$$;

-- Says for this transaction who reads: where they work, which households they were given or opened in an
-- emergency, and from which they are kept away. Whoever was merged counts where the kept one is.
CREATE OR REPLACE FUNCTION forewatch_show(who uuid, today date, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  works text[]; own text[]; cared text[];
  -- Who may open somebody in an emergency.
  officer boolean;
BEGIN
  SELECT
    coalesce(array_agg(DISTINCT mark) FILTER (WHERE role IN {_WORK}), '{{}}'),
    coalesce(array_agg(DISTINCT mark) FILTER (WHERE role = 'enumerator'), '{{}}'),
    coalesce(array_agg(DISTINCT mark) FILTER (WHERE role = 'social_worker'), '{{}}'),
    coalesce(bool_or(role IN {_EMERGENCIES}), false)
  INTO works, own, cared, officer
  FROM (
    SELECT g.role, CASE WHEN g.area_code = '' THEN '*' ELSE a.path END AS mark
    FROM access_grant g JOIN access_user u ON u.id = g.user_id AND u.is_active
    LEFT JOIN places_area a ON a.code = g.area_code
    WHERE g.user_id = who AND g.valid_from <= today AND today < g.valid_to
      AND (g.role NOT IN {_SECONDED} OR g.granted_by_id IS NULL OR g.approved_by_id IS NOT NULL)
  ) AS held WHERE mark IS NOT NULL;
  PERFORM
    set_config('forewatch.whole', '', true),
    set_config('forewatch.user', coalesce(who::text, ''), true),
    set_config('forewatch.since', (moment - interval '24 hours')::text, true),
    set_config('forewatch.own', array_to_string(own, ','), true),
    set_config('forewatch.areas', array_to_string(works, ','), true),
    set_config('forewatch.given', coalesce((SELECT string_agg(DISTINCT one::text, ',') FROM (
      SELECT s.household_id FROM register_assignment s JOIN register_household h ON h.id = s.household_id
      WHERE s.user_id = who AND s.valid_from <= today AND (s.valid_to IS NULL OR s.valid_to > today)
        AND forewatch_within(h.area_path, cared)
      UNION ALL
      SELECT coalesce(forewatch_home(p.merged_into_id), p.household_id)
      FROM register_breakglass b JOIN register_person p ON p.id = b.person_id
      WHERE b.user_id = who AND b.ends_at > moment AND officer
    ) AS found (one) WHERE one IS NOT NULL), ''), true),
    set_config('forewatch.away', coalesce((SELECT string_agg(DISTINCT one::text, ',') FROM (
      SELECT p.household_id FROM register_conflictofinterest c JOIN register_person p ON p.id = c.person_id
      WHERE c.user_id = who AND c.ended_at IS NULL
      UNION ALL
      SELECT forewatch_home(p.merged_into_id) FROM register_conflictofinterest c
      JOIN register_person p ON p.id = c.person_id WHERE c.user_id = who AND c.ended_at IS NULL
    ) AS found (one) WHERE one IS NOT NULL), ''), true);
END
$$;
"""

_STATEMENT = f"CASE level WHEN 'area' THEN true WHEN 'person' THEN {of_person()} ELSE {of_household()} END"
CONDITIONS = {
    "register_household": _household(),
    "register_person": (
        f"{of_household()} OR merged_into_id IS NOT NULL AND {of_household('forewatch_home(merged_into_id)')}"
    ),
    "register_residence": of_household(),
    "register_householdkey": of_household(),
    # Lists read memberships by the hundred, most of them of a household that is shown: asked as a part of the
    # plan, that takes an eighth of the time. Elsewhere it would cost more to plan than it saves.
    "register_membership": (
        f"EXISTS (SELECT FROM register_household shown WHERE shown.id = household_id) OR {of_person()}"
    ),
    "register_identity": of_person(),
    "register_identitykey": of_person(),
    "register_consent": of_person(),
    "register_citizenshipstep": of_person(),
    "register_record": _STATEMENT,
    "register_event": _STATEMENT,
    "register_conditions": "EXISTS (SELECT FROM register_record seen WHERE seen.id = record_id)",
    "register_draft": by_reader("user_id"),
}
"""By table of the register: which rows the reader is shown."""

# Whoever typed it, and whoever sees the household: one of them may be the colleague who agrees.
OF_CORRECTION = f"{by_reader('asked_by_id')} OR {of_household()}"

OF_TAKEN_BACK = "EXISTS (SELECT FROM register_event seen WHERE seen.id = event_id)"

IN_AREA = f"EXISTS (SELECT FROM places_area a WHERE a.id = area_id AND {within('a.path')})"
"""The condition of rows that name an area."""
