"""A small set of good input, as CSV text that a test spoils in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewatch.cli import main

INDEX = """
id: made-up
version: 1
domains:
  all: {weight: 1, label: {en: "All"}}
variables:
  debt: {type: integer, range: [0, 9], level: person, label: {en: "Debt"}}
  share: {type: decimal, scale: 2, range: [0, 1], level: person, label: {en: "Share"}}
  plan: {type: choice, choices: [none, planned], level: person, label: {en: "Plan"}}
  roof: {type: boolean, level: household, label: {en: "Roof"}}
indicators:
  - {id: A1, domain: all, level: person, valid_days: 365, rules: {3: "debt > 5 or share > 0.5"},
     label: {en: "A"}, evidence: "made up"}
  - {id: A2, domain: all, level: person, valid_days: 365, rules: {3: "plan == 'planned' and not roof"},
     label: {en: "B"}, evidence: "made up"}
events:
  T1: {level: household, points: 10, window_days: 365, half_life_days: 120, label: {en: "T"}}
aggregation:
  method: mean
  show: {coverage_bp: 4000, domain_coverage_bp: 2000}
  firm: {coverage_bp: 7500, domain_coverage_bp: 6000}
  bands: {medium_bp: 2000, high_bp: 4000}
  max_trigger_bp: 1500
"""

GOOD = {
    "subjects": """person_id,household_id,area_code,sex,birth_date,weight,valid_from,valid_to,home_area_code
P1,H1,V1,F,2010-05-01,1.5,2020-01-01,,V2
P2,H1,V1,M,1980-01-01,,,,V1
P3,,V2,X,,,,,
""",
    "records": """record_id,subject_level,subject_id,observed_on,source_id,grade,debt,share,plan,roof
R1,person,P1,2026-05-01,S1,A,7,0.25,planned,
R2,household,H1,2026-05-02,S1,,,,,true
R3,person,P2,2026-05-03,S1,B,0,0.10,none,
R4,person,P3,2026-05-04,S2,,1,,,
""",
    "events": """subject_level,subject_id,event,occurred_on,ended_on
household,H1,T1,2026-06-01,
""",
    "areas": """area_code,parent_code,level,name
D1,,2,Made-up district
V1,D1,4,Made-up village
V2,D1,4,"Another, made up"
""",
}


class Desk:
    """A folder of input files, and the command run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.index = folder / "index.yaml"
        self.index.write_text(INDEX, encoding="utf-8")
        for name, text in GOOD.items():
            self.write(name, text)

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.csv"

    def write(self, name: str, text: str | bytes) -> None:
        data = text.encode("utf-8") if isinstance(text, str) else text
        self.path(name).write_bytes(data)

    def spoil(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def score(self, *more: str, **paths: Path) -> int:
        given = {name: paths.get(name, self.path(name)) for name in GOOD}
        words = ["score", "--as-of", "2026-06-30", "--out", str(self.out), "--index", str(self.index)]
        for name, path in given.items():
            words += [f"--{name}", str(path)]
        return main([*words, *more])

    def is_untouched(self) -> bool:
        """Nothing was written, not even half."""
        return not self.out.exists() and not [
            one for one in self.folder.iterdir() if one.name.startswith(".")
        ]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)
