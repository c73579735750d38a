"""Turn the two sample tables of the R package mpindex into subjects, records and areas.

Answers stay answers: codes become the words of the package's documentation, and answers about members are
counted per household, because only households are surveyed for the rest. What counts as a deprivation is
decided in `global-mpi.yaml` alone.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

Row = dict[str, str]

SCHOOL_AGES = range(6, 15)
"""From the age at which school begins to the age at which class 8 is completed."""

NATION = "SURVEY"
YES_NO = {"1": "true", "2": "false"}
WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "child_died": ("with_child_died", YES_NO),
    "cooks_with": (
        "cooking_fuel",
        {
            "1": "electricity", "2": "kerosene", "3": "gas", "4": "charcoal", "5": "wood", "6": "none",
            "9": "other",
        },
    ),
    "toilet": ("toilet", {"1": "basic", "2": "limited", "3": "unimproved", "4": "open_defecation"}),
    "water_source": ("drinking_water", {"1": "improved", "2": "unimproved"}),
    "has_electricity": ("electricity", YES_NO),
    "roof": (
        "roof",
        {
            "1": "metal", "2": "tile", "3": "metal_and_concrete", "4": "wood_or_bamboo", "5": "thatch",
            "6": "asbestos", "7": "makeshift", "9": "other",
        },
    ),
    "walls": (
        "walls",
        {
            "1": "concrete", "2": "wood", "3": "concrete_and_wood", "4": "metal", "5": "bamboo_or_thatch",
            "6": "asbestos", "7": "glass", "8": "makeshift", "9": "none", "10": "blocks",
            "11": "blocks_and_wood", "12": "shear_walls", "99": "other",
        },
    ),
    "floor": (
        "floor",
        {
            "1": "concrete", "2": "wood", "3": "coconut_lumber", "4": "bamboo", "5": "earth",
            "6": "makeshift", "9": "other",
        },
    ),
}  # fmt: skip
"""Variable -> the column of df_household it comes from, and the meaning of that column's codes."""

ASSETS = {
    "owns_radio": ("asset_radio",),
    "owns_tv": ("asset_tv",),
    "owns_telephone": ("asset_telephone", "asset_mobile_phone"),
    "owns_computer": ("asset_computer",),
    "owns_animal_cart": ("asset_animal_cart",),
    "owns_bicycle": ("asset_bicycle",),
    "owns_motorcycle": ("asset_motorcycle",),
    "owns_refrigerator": ("asset_refrigerator",),
}


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file; R writes a missing answer as NA or as nothing."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [{column: "" if value == "NA" else value for column, value in row.items()} for row in rows]


def count(members: list[Row], question: str, answer: str, asked: Callable[[int], bool]) -> str:
    """Count the members of the ages asked who gave an answer; missing when that may hide the first one."""
    answers = [member[question] for member in members if asked(int(member["age"]))]
    found = answers.count(answer)
    return "" if found == 0 and "" in answers else str(found)


def word(household: Row, column: str, codes: dict[str, str]) -> str:
    """Return the word for a code, or nothing for a missing answer."""
    code = household[column]
    if code and code not in codes:
        raise ValueError(
            f"household {household['uuid']}: {column} is {code}, which the codebook does not have"
        )
    return codes.get(code, "")


def owns(household: Row, columns: tuple[str, ...]) -> str:
    """Return 1 when the household owns any of these, 0 when none, nothing when it did not say."""
    numbers = [household[column] for column in columns]
    if any(number not in ("", "0") for number in numbers):
        return "1"
    return "" if "" in numbers else "0"


def answers(household: Row, members: list[Row]) -> Row:
    """Return the variables of one household."""
    vehicle = owns(household, ("asset_car", "asset_truck"))
    return {
        "members_undernourished": count(members, "undernourished", "1", lambda age: age < 70),
        "members_with_six_years": count(members, "completed_6yrs_schooling", "1", lambda age: age >= 5),
        "children_out_of_school": count(members, "attending_school", "2", lambda age: age in SCHOOL_AGES),
        **{variable: word(household, column, codes) for variable, (column, codes) in WORDS.items()},
        **{variable: owns(household, columns) for variable, columns in ASSETS.items()},
        "owns_car_or_truck": {"1": "true", "0": "false", "": ""}[vehicle],
    }


def area(household: Row) -> str:
    return f"{NATION}-{household['class'].upper()}"


def convert(households: Path, roster: Path, observed_on: date, out: Path) -> None:
    """Write subjects.csv (every member), records.csv (one per household) and areas.csv into a folder."""
    homes = read(households)
    members: dict[str, list[Row]] = defaultdict(list)
    for member in read(roster):
        members[member["uuid"]].append(member)
    subjects = [
        {
            "person_id": f"{home['uuid']}-{member['line_number']}",
            "household_id": home["uuid"],
            "area_code": area(home),
            "sex": {"Female": "F", "Male": "M"}.get(member["sex"], ""),
        }
        for home in homes
        for member in members[home["uuid"]]
    ]
    records = [
        {
            "record_id": f"survey-{home['uuid']}",
            "subject_level": "household",
            "subject_id": home["uuid"],
            "observed_on": observed_on.isoformat(),
            "source_id": "survey",
            **answers(home, members[home["uuid"]]),
        }
        for home in homes
    ]
    classes = {area(home): home["class"] for home in homes}
    areas = [
        {"area_code": NATION, "parent_code": "", "level": "0", "name": "The whole survey"},
        *(
            {"area_code": code, "parent_code": NATION, "level": "1", "name": classes[code]}
            for code in sorted(classes)
        ),
    ]
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("subjects", subjects), ("records", records), ("areas", areas)):
        write(out / f"{name}.csv", rows)


def write(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("households", type=Path, help="df_household.csv")
    parser.add_argument("roster", type=Path, help="df_household_roster.csv")
    parser.add_argument("--observed-on", type=date.fromisoformat, required=True, help="day of the survey")
    parser.add_argument("--out", type=Path, required=True, help="folder for the three tables")
    given = parser.parse_args()
    convert(given.households, given.roster, given.observed_on, given.out)


if __name__ == "__main__":
    main()
