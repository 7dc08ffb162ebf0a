"""Solutions in the hands of people: links that are web addresses, AI text that a person verified, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crash_knowledge.errors import InvalidReview, SolutionRefused
from crash_knowledge.knowledge.links import link_problem
from crash_knowledge.knowledge.review import Review
from crash_knowledge.knowledge.solution_desk import SolutionDesk
from tests.knowledge.dumps import dump_bytes

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(analyzer) -> SolutionDesk:
    return SolutionDesk(analyzer.store, analyzer.redactor.redact_text)


@pytest.fixture
def pattern_id(analyzer, analyze) -> int:
    return analyzer.save(analyze(dump_bytes()), None, NOW).pattern.id


def proposed(analyzer, analyze) -> list[str]:
    """What the verdict on the next dump proposes."""
    return [solution.description for solution in analyze(dump_bytes(days=2)).match.verified_solutions]


def latest_entry(analyzer, pattern_id: int):
    with analyzer.store.reading() as unit:
        return unit.evolution.of_pattern(pattern_id)[-1]


@pytest.mark.parametrize(
    ("link", "is_good"),
    [
        ("", True),
        ("https://tickets.example/browse/PROJ-1?x=1#note", True),
        ("http://intranet/wiki", True),
        ("javascript:alert(1)", False),
        ("data:text/html,hello", False),
        ("ftp://example/file", False),
        ("tickets.example/PROJ-1", False),
        ("https://", False),
        ("https:///path", False),
        ("https://ann:secret@tickets.example/", False),
        ("https://tickets.example/?access_token=abc", False),
        ("https://tickets.example/a b", False),
        ("https://tickets.example/<script>", False),
        ("https://tickets.example/\u202e", False),
        ("https://[::1", False),
        ("https://tickets.example/" + "a" * 2_000, False),
    ],
)
def test_only_web_addresses_are_links(link: str, is_good: bool) -> None:
    assert (link_problem(link) is None) is is_good


def test_what_an_ai_wrote_is_proposed_only_once_a_person_verified_it(analyzer, analyze, desk, pattern_id) -> None:
    proposal = desk.add(pattern_id, "Clear the cache.", "assistant", NOW, origin="ai")
    assert proposed(analyzer, analyze) == []
    verified = desk.verify(proposal.id, "Ann", NOW)
    assert (verified.verified_by, verified.verified_at) == ("Ann", NOW)
    assert proposed(analyzer, analyze) == ["Clear the cache."]
    assert latest_entry(analyzer, pattern_id).changes["verified_by"] == {"before": None, "after": "Ann"}
    with pytest.raises(SolutionRefused):
        desk.verify(proposal.id, "Bob", NOW)


def test_a_person_who_writes_the_same_verifies_it(analyzer, analyze, desk, pattern_id) -> None:
    desk.add(pattern_id, "Clear the cache.", "assistant", NOW, origin="ai")
    analyzer.save(analyze(dump_bytes(days=1)), Review("Ann", new_solution="Clear the cache."), NOW)
    assert proposed(analyzer, analyze) == ["Clear the cache."]


def test_a_solution_is_edited_with_before_and_after(analyzer, desk, pattern_id) -> None:
    solution = desk.add(pattern_id, "Restart.", "Ann", NOW, steps="1. Stop\n2. Start", link="https://a.example/1")
    changed = desk.edit(solution.id, "Restart twice.", "Bob", NOW, steps="1. Stop\n2. Start")
    assert (changed.description, changed.steps, changed.link) == ("Restart twice.", "1. Stop\n2. Start", None)
    entry = latest_entry(analyzer, pattern_id)
    assert (entry.change_type, entry.created_by) == ("pattern_update", "Bob")
    assert entry.changes["description"] == {"before": "Restart.", "after": "Restart twice."}
    assert entry.changes["link"] == {"before": "https://a.example/1", "after": None}
    assert "steps" not in entry.changes


def test_an_edited_solution_keeps_its_outcomes_and_counts_a_crash_once(analyzer, analyze, desk) -> None:
    analysis = analyze(dump_bytes())
    learned = analyzer.save(analysis, Review("Ann", new_solution="Restart."), NOW)
    with analyzer.store.reading() as unit:
        (solution,) = unit.solutions.of_pattern(learned.pattern.id)
    desk.edit(solution.id, "Restart twice.", "Bob", NOW)
    again = Review("Ann", solution_id=solution.id, solution_worked=True)
    analyzer.save(analyzer.rematch(analysis), again, NOW)
    with analyzer.store.reading() as unit:
        assert unit.solutions.get(solution.id).success_count == 1


def test_two_solutions_of_one_text_are_refused(desk, pattern_id) -> None:
    first, second = (desk.add(pattern_id, text, "Ann", NOW) for text in ("Restart.", "Reinstall."))
    with pytest.raises(SolutionRefused, match=f"solution {first.id}"):
        desk.edit(second.id, "Restart.", "Ann", NOW)


def test_a_withdrawn_solution_is_proposed_no_more_until_it_is_back(analyzer, analyze, desk) -> None:
    learned = analyzer.save(analyze(dump_bytes()), Review("Ann", new_solution="Restart."), NOW)
    with analyzer.store.reading() as unit:
        (solution,) = unit.solutions.of_pattern(learned.pattern.id)
    gone = desk.withdraw(solution.id, "Bob", NOW)
    assert (gone.withdrawn_by, gone.success_count) == ("Bob", 1)
    assert proposed(analyzer, analyze) == []
    with pytest.raises(SolutionRefused, match="withdrawn already, by Bob"):
        desk.withdraw(solution.id, "Ann", NOW)
    desk.bring_back(solution.id, "Ann", NOW)
    assert proposed(analyzer, analyze) == ["Restart."]
    desk.withdraw(solution.id, "Bob", NOW)
    assert desk.add(learned.pattern.id, "Restart.", "Ann", NOW).withdrawn_at is None
    assert proposed(analyzer, analyze) == ["Restart."]


@pytest.mark.parametrize(
    ("description", "how", "by"),
    [
        (" ", {}, "Ann"),
        ("Restart.", {"link": "javascript:alert(1)"}, "Ann"),
        ("Restart.", {}, " "),
        ("Restart.", {}, "A" * 101),
        ("R" * 20_001, {}, "Ann"),
    ],
)
def test_what_is_no_solution_is_refused(desk, pattern_id, description: str, how: dict[str, str], by: str) -> None:
    with pytest.raises(SolutionRefused):
        desk.add(pattern_id, description, by, NOW, **how)


def test_secrets_do_not_get_into_a_solution(desk, pattern_id) -> None:
    solution = desk.add(pattern_id, "Log on with password=Geheim123", "Ann", NOW, steps="password=Geheim123")
    assert "Geheim123" not in f"{solution.description} {solution.steps}"


# In the review


def test_a_review_resolves_the_pattern_with_its_solution(analyzer, analyze) -> None:
    review = Review(
        "Ann",
        new_solution="Install the correction.",
        solution_steps="1. Download",
        solution_link="https://a.example/1",
        fixed_in_version=" 2024r2.000.020 ",
    )
    learned = analyzer.save(analyze(dump_bytes()), review, NOW)
    assert learned.pattern.status == "resolved"
    assert "The pattern is resolved in 2024r2.000.020, for the line 2024r2." in learned.sentences
    with analyzer.store.reading() as unit:
        (solution,) = unit.solutions.of_pattern(learned.pattern.id)
        (fix,) = unit.life_cycle.fixes(learned.pattern.id)
        (step,) = unit.life_cycle.steps(learned.pattern.id)
    assert (solution.steps, solution.link, solution.origin) == ("1. Download", "https://a.example/1", "person")
    assert (fix.release_line, fix.solution_id, fix.fixed_by) == ("2024r2", solution.id, "Ann")
    assert step.event_id == learned.crash.error_event_id
    again = analyzer.save(analyze(dump_bytes()), Review("Bob", fixed_in_version="2024r2.000.020"), NOW)
    assert "That it is fixed in 2024r2.000.020 was known already." in again.sentences


@pytest.mark.parametrize(
    ("review", "field"),
    [
        (Review("Ann", fixed_in_version="soon"), "fixed_in_version"),
        (Review("Ann", "unsure", fixed_in_version="2024r3"), "fixed_in_version"),
        (Review("Ann", fixed_in_version="2024r2.000.012"), "fixed_in_version"),
        (Review("Ann", fixed_in_version="2024r2.000.001"), "fixed_in_version"),
        (Review("Ann", new_solution="Restart.", solution_link="javascript:alert(1)"), "solution_link"),
        (Review("Ann", solution_steps="1. Stop"), "new_solution"),
    ],
)
def test_a_review_that_cannot_be_right_is_not_saved(analyzer, analyze, review: Review, field: str) -> None:
    with pytest.raises(InvalidReview) as refused:
        analyzer.save(analyze(dump_bytes()), review, NOW)
    assert list(refused.value.problems) == [field]
    with analyzer.store.reading() as unit:
        assert unit.crashes.count() == 0
