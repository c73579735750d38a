"""A small index without a mistake, and mistakes to put into it."""

from __future__ import annotations

from dataclasses import dataclass

from forewatch.analysis.linting import lint

SMALL = """\
id: small-index
version: 1
title: {en: Small index, th: ดัชนีเล็ก}
domains:
  health: {weight: 1, label: {en: Health}}
  school: {weight: 2, label: {en: School}}
variables:
  ill: {type: boolean, level: person, label: {en: Ill}}
  visits: {type: integer, range: [0, 9], level: household, label: {en: Visits}}
  share:
    type: decimal
    scale: 2
    range: [0, 1.5]
    level: household
    label: {en: Share}
  intent: {type: choice, choices: [none, considering, planned], level: person, label: {en: Intent}}
  wish: {type: choice, choices: [low, strong], level: person, label: {en: Wish}}
derived:
  unsafe: "intent == 'planned' and S1 >= 2"
indicators:
  - id: H1
    domain: health
    level: person
    applies: "age >= 5"
    valid_days: 365
    rules:
      3: "ill and share >= 0.25"
      2: "ill or visits > 3"
    label: {en: Illness}
    why:
      3: {en: Ill and dear}
      2: {en: Ill or often seen}
    respond: [clinic]
    evidence: made up
  - id: S1
    domain: school
    level: household
    weight: 3
    valid_days: 30
    rules:
      3: "wish == 'strong' and visits == 0"
    label: {en: Schooling}
    respond: [clinic, school_bus]
    evidence: made up
events:
  T1: {level: person, points: 10, window_days: 100, half_life_days: 50, label: {en: Event}}
  T2: {level: [household, area], points: 5, window_days: 90, half_life_days: 45, while_active: true,
       counts_if: "unsafe and age < 30", valid_days: 60, label: {en: Other}}
gates:
  - {id: child, when: "H1 == 3 and age < 18", label: {en: A child}}
aggregation:
  method: mean
  show: {coverage_bp: 4000, domain_coverage_bp: 2000}
  firm: {coverage_bp: 7500, domain_coverage_bp: 6000}
  bands: {medium_bp: 2000, high_bp: 4000, high_n3: 2}
  max_trigger_bp: 1500
responses:
  clinic: {label: {en: Clinic}}
  school_bus: {label: {en: School bus}}
"""


@dataclass(frozen=True, repr=False)
class Mistake:
    """Put `new` for `old`, and a problem `code` of `key` stands where `at` starts (the n-th time, from 0)."""

    code: str
    old: str
    new: str
    at: str
    key: str
    reason: str
    nth: int = 0
    severity: str = "error"

    def __repr__(self) -> str:
        return f"{self.code}: {self.reason}"

    def text(self) -> str:
        assert SMALL.count(self.old) == 1, f"{self.old!r} must stand once in the small index"
        return SMALL.replace(self.old, self.new)

    def place(self) -> tuple[int, int]:
        text, start = self.text(), -1
        for _ in range(self.nth + 1):
            start = text.index(self.at, start + 1)
        return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def warning(*args, **kwargs) -> Mistake:
    return Mistake(*args, **kwargs, severity="warning")


def rule3(expression: str) -> str:
    return f'3: "{expression}"'


ILL = rule3("ill and share >= 0.25")
R3 = "indicators.H1.rules.3"
R2 = "indicators.H1.rules.2"


def check(mistake: Mistake) -> None:
    """Assert that the linter finds a mistake where it stands, and does not bury it under others."""
    problems = lint(mistake.text(), "small.yaml")
    same = [one for one in problems if (one.code, one.key) == (mistake.code, mistake.key)]
    assert same, f"not found among {[str(one) for one in problems]}"
    found = same[0]
    assert (found.line, found.column) == mistake.place(), found
    assert found.severity == mistake.severity
    assert mistake.reason in found.reason
    assert len(problems) <= 7
