"""The review form: a person's judgement of the verdict, the solution and the business impact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crash_knowledge.analyzer import Analysis
from crash_knowledge.errors import CrashKnowledgeError, InvalidReview
from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.knowledge.links import LONGEST_LINK
from crash_knowledge.knowledge.review import LONGEST_NAME, LONGEST_TEXT, Review, ReviewVerdict
from crash_knowledge.store.records import Pattern, Severity, Solution
from crash_knowledge.wording import solution_record
from pages.widgets.services import analyzer, store
from pages.widgets.texts import plain

SEVERITIES: list[Severity] = ["critical", "high", "medium", "low"]
MOST_PATTERNS_OFFERED = 1000


def review_form(analysis: Analysis, key: str) -> Learned | None:
    """Draw the form; returns what was learnt when the reviewer has just saved it."""
    with st.form(f"{key}-review"):
        slots: dict[str, DeltaGenerator] = {}
        review = _fields(analysis, key, slots)
        sent = st.form_submit_button("Save and learn", type="primary", icon=":material/school:")
    if not sent:
        return None
    try:
        return analyzer().save(analysis, review)
    except InvalidReview as error:
        _show_problems(error.problems, slots)
    except CrashKnowledgeError as error:
        st.error(f"Not saved: {plain(str(error))} What you typed is still in the form.")
    return None


def _fields(analysis: Analysis, key: str, slots: dict[str, DeltaGenerator]) -> Review:
    judgement, remedy, impact = st.columns(3, gap="medium")
    with judgement:
        review = _judgement(analysis, key, slots)
    with remedy:
        review = _remedy(review, analysis, key, slots)
    with impact:
        return _impact(review, key, slots)


def _judgement(analysis: Analysis, key: str, slots: dict[str, DeltaGenerator]) -> Review:
    st.markdown("**Your judgement**")
    validator = st.text_input("Your name", max_chars=LONGEST_NAME, key="validator", persist_state="session")
    slots["validator"] = st.empty()
    verdicts = _verdicts(analysis)
    verdict = st.radio("The verdict is", list(verdicts), format_func=verdicts.__getitem__, key=f"{key}-verdict")
    patterns = _other_patterns(analysis)
    other = st.selectbox(
        "Which other pattern?",
        list(patterns),
        index=None,
        format_func=lambda pattern_id: patterns[pattern_id].pattern_name,
        placeholder="Only if it is another known pattern" if patterns else "No other pattern is known",
        key=f"{key}-other",
    )
    slots["other_pattern_id"] = st.empty()
    quality = st.segmented_control(
        "Quality of this analysis, 1 (poor) to 5 (spot on)", [1, 2, 3, 4, 5], key=f"{key}-quality"
    )
    slots["quality"] = st.empty()
    return Review(validator=validator or "", verdict=verdict, other_pattern_id=other, quality=quality)


def _remedy(review: Review, analysis: Analysis, key: str, slots: dict[str, DeltaGenerator]) -> Review:
    st.markdown("**What helped**")
    solutions = {solution.id: solution for solution in analysis.match.verified_solutions}
    if solutions:
        solution_id = st.selectbox(
            "A known solution was tried",
            list(solutions),
            index=None,
            format_func=lambda solution_id: _solution_label(solutions[solution_id]),
            placeholder="None tried",
            key=f"{key}-solution",
        )
        worked = st.segmented_control(
            "The known solution", ["worked", "did not work"], default="worked", required=True, key=f"{key}-worked"
        )
        review = replace(review, solution_id=solution_id, solution_worked=worked == "worked")
    slots["solution_id"] = st.empty()
    new_solution = st.text_area(
        "Describe a new solution",
        max_chars=LONGEST_TEXT,
        height=120,
        placeholder="What you did, step by step",
        key=f"{key}-new-solution",
    )
    slots["new_solution"] = st.empty()
    with st.expander("Steps, link, version with the fix"):
        steps = st.text_area("Steps, one a line", max_chars=LONGEST_TEXT, height=90, key=f"{key}-solution-steps")
        link = st.text_input(
            "Link to more about it", max_chars=LONGEST_LINK, placeholder="https://", key=f"{key}-solution-link"
        )
        fixed_in = st.text_input(
            "Fixed in version",
            placeholder="2024r1.002",
            help="The version that has the fix, as the dump writes it. It resolves the pattern for that release line.",
            key=f"{key}-fixed-in",
        )
    for name in ("solution_steps", "solution_link", "fixed_in_version"):
        slots[name] = st.empty()
    new_worked = st.checkbox("It was tried here and it worked", value=True, key=f"{key}-new-worked")
    prevention = st.text_area("How to prevent it", max_chars=LONGEST_TEXT, height=90, key=f"{key}-prevention")
    slots["prevention"] = st.empty()
    return replace(
        review,
        new_solution=new_solution or "",
        new_solution_worked=new_worked,
        solution_steps=steps or "",
        solution_link=link or "",
        fixed_in_version=fixed_in or "",
        prevention=prevention or "",
    )


def _impact(review: Review, key: str, slots: dict[str, DeltaGenerator]) -> Review:
    st.markdown("**Business impact**")
    severity = st.selectbox("Severity", SEVERITIES, index=None, placeholder="Not judged", key=f"{key}-severity")
    downtime = st.number_input(
        "Downtime in minutes", min_value=0, value=None, step=5, placeholder="Not known", key=f"{key}-downtime"
    )
    slots["downtime_minutes"] = st.empty()
    features = st.text_input(
        "Affected features, with commas between", placeholder="Contract save, Playlist", key=f"{key}-features"
    )
    notes = st.text_area("Notes", max_chars=LONGEST_TEXT, height=120, key=f"{key}-notes")
    slots["notes"] = st.empty()
    return replace(
        review,
        severity=severity,
        downtime_minutes=downtime,
        affected_features=tuple(part.strip() for part in (features or "").split(",") if part.strip()),
        notes=notes or "",
    )


def _verdicts(analysis: Analysis) -> dict[ReviewVerdict, str]:
    if analysis.match.is_new:
        return {"right": "Right: it is new", "other": "Wrong: it is a known pattern", "unsure": "I am not sure"}
    return {
        "right": "Right: it is this pattern",
        "other": "Wrong: it is another known pattern",
        "new": "Wrong: it is a new crash",
        "unsure": "I am not sure",
    }


def _other_patterns(analysis: Analysis) -> Mapping[int, Pattern]:
    """The patterns to choose from: the considered candidates first, then the most recently seen."""
    considered = [candidate.pattern_id for candidate in analysis.match.explanation.candidates]
    with store().reading() as unit:
        patterns = unit.patterns.get_many(considered)
        patterns |= {pattern.id: pattern for pattern in unit.patterns.list(limit=MOST_PATTERNS_OFFERED)}
    patterns.pop(analysis.match.pattern_id or 0, None)
    return patterns


def _solution_label(solution: Solution) -> str:
    return f"{solution.description} ({solution_record(solution)})"


def _show_problems(problems: Mapping[str, str], slots: Mapping[str, DeltaGenerator]) -> None:
    st.error("Not saved yet: see the fields marked above. Nothing you typed is lost.")
    for field, sentence in problems.items():
        slots.get(field, st).error(sentence)
