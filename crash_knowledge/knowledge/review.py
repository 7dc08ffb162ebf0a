"""A person's judgement of a verdict, as the review form or the command line gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from crash_knowledge.errors import InvalidReview
from crash_knowledge.knowledge.links import link_problem
from crash_knowledge.knowledge.release_lines import release
from crash_knowledge.store.records import Severity

ReviewVerdict = Literal["right", "other", "new", "unsure"]

LONGEST_NAME = 100
LONGEST_TEXT = 20_000
LONGEST_DOWNTIME_MINUTES = 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class Review:
    """What the reviewer said.

    ``verdict``: ``right`` (the pattern shown, or "new" where new was shown, is right), ``other`` (it is
    ``other_pattern_id``), ``new`` (it is none of the known), ``unsure``.
    ``solution_id`` with ``solution_worked``: a known solution was tried. ``new_solution``: a fix in the reviewer's
    words, ``solution_steps`` and ``solution_link`` more of it; ``new_solution_worked``: it was tried here and helped.
    ``fixed_in_version``: the version that has the fix, by which the pattern is resolved in that release line.
    """

    validator: str
    verdict: ReviewVerdict = "right"
    other_pattern_id: int | None = None
    severity: Severity | None = None
    solution_id: int | None = None
    solution_worked: bool = True
    new_solution: str = ""
    new_solution_worked: bool = True
    solution_steps: str = ""
    solution_link: str = ""
    fixed_in_version: str = ""
    prevention: str = ""
    notes: str = ""
    quality: int | None = None
    downtime_minutes: int | None = None
    affected_features: tuple[str, ...] = ()


def check_review(review: Review) -> None:
    """Raise InvalidReview with a sentence for each field that cannot be saved."""
    problems: dict[str, str] = {}
    if not review.validator.strip():
        problems["validator"] = "Your name is missing: a review needs to say who judged."
    elif len(review.validator) > LONGEST_NAME:
        problems["validator"] = f"The name is longer than {LONGEST_NAME} characters."
    if review.verdict not in get_args(ReviewVerdict):
        problems["verdict"] = f"The verdict is one of {_listed(ReviewVerdict)}."
    if review.severity is not None and review.severity not in get_args(Severity):
        problems["severity"] = f"The severity is one of {_listed(Severity)}."
    if review.verdict == "other" and review.other_pattern_id is None:
        problems["other_pattern_id"] = "Choose the pattern that this crash belongs to."
    if review.quality is not None and not _is_number(review.quality, 1, 5):
        problems["quality"] = "Quality is a number from 1 to 5."
    if review.downtime_minutes is not None and not _is_number(review.downtime_minutes, 0, LONGEST_DOWNTIME_MINUTES):
        problems["downtime_minutes"] = "Downtime is a number of minutes between 0 and one year."
    problems |= _solution_problems(review)
    for name in ("new_solution", "solution_steps", "prevention", "notes"):
        if len(getattr(review, name)) > LONGEST_TEXT:
            problems[name] = f"This text is longer than {LONGEST_TEXT:,} characters."
    if problems:
        raise InvalidReview(problems)


def _solution_problems(review: Review) -> dict[str, str]:
    problems: dict[str, str] = {}
    link = link_problem(review.solution_link.strip())
    if link is not None:
        problems["solution_link"] = link
    if (review.solution_steps.strip() or review.solution_link.strip()) and not review.new_solution.strip():
        problems["new_solution"] = "Steps and a link belong to a solution: describe it."
    version = review.fixed_in_version.strip()
    if version and release(version) is None:
        problems["fixed_in_version"] = "Write the version as the dump does: 2024r1.002 or 2023r8.001.042a."
    elif version and review.verdict == "unsure":
        problems["fixed_in_version"] = "Say first which pattern this crash is: then it can be resolved."
    return problems


def _is_number(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _listed(choices: object) -> str:
    return ", ".join(get_args(choices))
