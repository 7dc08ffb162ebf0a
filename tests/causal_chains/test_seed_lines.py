"""One test for each line of the requirements of seeds 000 and 001 that the table of contradictions does not settle.

The table of lines at the end of each test's name says which seed it is of.
"""

from __future__ import annotations

import dataclasses
import inspect
import logging
import re
import traceback
from datetime import UTC, datetime

import pytest

from crash_knowledge.causal_chains import (
    CausalChain,
    CausalChainTracker,
    ErrorEvent,
    FixAttempt,
    get_causal_tracker,
)
from crash_knowledge.knowledge.resolutions import timeline
from crash_knowledge.services import open_store
from crash_knowledge.store import Store
from tests.causal_chains.conftest import NOON, Clock, GivenVectors, redact

pytestmark = pytest.mark.anyio

ERROR = "ImportError: module not found"


async def chain_of(tracker: CausalChainTracker, handle: str) -> CausalChain:
    chain = await tracker.get_causal_chain(handle)
    assert chain is not None
    return chain


def fields(kind: type) -> list[str]:
    return [one.name for one in dataclasses.fields(kind)]


def parameters(name: str) -> list[str]:
    return list(inspect.signature(getattr(CausalChainTracker, name)).parameters)[1:]


async def test_000_pipeline_from_error_to_learned_pattern(tracker: CausalChainTracker, store: Store) -> None:
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    await tracker.record_fix_attempt(error_id, "strategy 1")
    await tracker.record_fix_attempt(error_id, "strategy 2", successful=True)
    with store.reading() as unit:
        pattern = unit.patterns.get(unit.error_events.get(error_id).pattern_id or 0)
        changes = [(one.change_type, one.changes.get("chain_status")) for one in unit.evolution.of_pattern(pattern.id)]
    assert (pattern.pattern_name, pattern.error_type, pattern.source) == (ERROR, "ImportError", "manual")
    assert changes == [("created", None), ("pattern_update", {"before": "open", "after": "resolved"})]


@pytest.mark.parametrize("winner", [1, 2, 3, None])
async def test_000_states_three_strategies_then_resolved_or_manual_review(
    tracker: CausalChainTracker, winner: int | None
) -> None:
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    for number in range(1, (winner or 3) + 1):
        assert (await chain_of(tracker, error_id)).status == "open"
        await tracker.record_fix_attempt(error_id, f"strategy {number}", successful=number == winner)
    if winner is None:
        await tracker.mark_needs_review(error_id, "All strategies failed")
    chain = await chain_of(tracker, error_id)
    assert chain.status == ("needs_review" if winner is None else "resolved")
    assert len(chain.fix_attempts) == (winner or 3)
    assert [one.id for one in await tracker.get_unresolved_chains()] == ([chain.id] if winner is None else [])


async def test_000_context_is_kept_whole(tracker: CausalChainTracker) -> None:
    try:
        raise ImportError("module not found")
    except ImportError:
        trace = traceback.format_exc()
    context = {
        "file": "main.py",
        "line": 42,
        "code_snippet": "import missing_module",
        "stack_trace": trace,
        "reproduction_steps": ["run main.py", {"then": None, "often": 0.5, "always": False}],
    }
    error_id = await tracker.record_error_event(ERROR, context, "s")
    assert (await chain_of(tracker, error_id)).error_event.context == context


async def test_000_context_may_hold_what_json_has_no_form_for(tracker: CausalChainTracker) -> None:
    circle: dict[str, object] = {}
    circle["again"] = circle
    context = {"when": NOON, "names": {"b", "a"}, 7: b"x", "error": ValueError("v"), "circle": circle}
    error_id = await tracker.record_error_event(ERROR, context, "s")  # type: ignore[arg-type]
    kept = (await chain_of(tracker, error_id)).error_event.context
    assert (kept["when"], kept["names"], kept["7"], kept["error"]) == (str(NOON), ["a", "b"], "b'x'", "v")
    assert "…" in str(kept["circle"])


async def test_000_success_metrics_time_fix_and_pattern(
    tracker: CausalChainTracker, store: Store, clock: Clock
) -> None:
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    clock.forward(minutes=7, seconds=30)
    await tracker.record_fix_attempt(error_id, "installed it", successful=True)
    with store.reading() as unit:
        steps = timeline(unit, error_id).steps
    assert [step.kind for step in steps] == ["failed", "succeeded", "resolved"]
    assert "after 7.5 minutes" in steps[-1].words


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (ErrorEvent, ["id", "error_message", "error_type", "context", "timestamp", "session_id", "embedding"]),
        (FixAttempt, ["id", "error_id", "action_taken", "code_changes", "successful", "timestamp"]),
        (CausalChain, ["id", "error_event", "fix_attempts", "successful_fix", "resolution_time_minutes"]),
    ],
    ids=["ErrorEvent", "FixAttempt", "CausalChain"],
)
def test_001_fields_in_the_seeds_order_extras_after_them(kind: type, names: list[str]) -> None:
    assert fields(kind)[: len(names)] == names


def test_000_fields_of_the_other_seed_are_there_too() -> None:
    assert "causal_chain_id" in fields(FixAttempt)
    assert {"successful_fix_id", "resolved"} <= set(fields(CausalChain))


def test_001_defaults_of_the_dataclasses() -> None:
    assert ErrorEvent("err-1", "boom", "unknown", {}, NOON, "s").embedding is None
    before = datetime.now(UTC)
    fix = FixAttempt("fix-1", "err-1", "one")
    assert (fix.code_changes, fix.successful) == (None, False)
    assert before <= fix.timestamp <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("method", "names"),
    [
        ("initialize", []),
        ("record_error_event", ["error", "context", "session_id"]),
        ("record_fix_attempt", ["error_id", "action_taken", "code_changes", "successful"]),
        ("mark_resolved", ["causal_chain_id", "resolution_time_minutes", "successful_fix_id"]),
        ("query_similar_failures", ["current_error", "limit"]),
        ("get_causal_chain", ["causal_chain_id"]),
        ("get_unresolved_chains", ["limit"]),
        ("get_all_chains", ["limit"]),
    ],
)
def test_000_and_001_methods_are_coroutines_with_the_seeds_parameters(method: str, names: list[str]) -> None:
    assert inspect.iscoroutinefunction(getattr(CausalChainTracker, method))
    assert parameters(method)[: len(names)] == names


def test_000_default_limits() -> None:
    defaults = {
        name: inspect.signature(getattr(CausalChainTracker, name)).parameters["limit"].default
        for name in ("query_similar_failures", "get_unresolved_chains")
    }
    assert defaults == {"query_similar_failures": 5, "get_unresolved_chains": 50}


async def test_000_get_causal_tracker_is_one_for_the_process() -> None:
    tracker = await get_causal_tracker()
    assert await get_causal_tracker() is tracker
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    with open_store().reading() as unit:
        assert unit.error_events.get(error_id).error_message == ERROR


async def test_000_the_installations_text_model_finds_words_of_the_same_meaning() -> None:
    tracker = await get_causal_tracker()
    error_id = await tracker.record_error_event("ImportError: No module named 'requests'", {}, "s")
    assert error_id.embedding is not None
    assert len(error_id.embedding) == 384
    await tracker.record_fix_attempt(error_id, "pip install requests", successful=True)
    (found,) = await tracker.query_similar_failures("ModuleNotFoundError: No module named 'requests'")
    assert found["similarity"] > 0.7
    assert await tracker.query_similar_failures("DiskFull: no space is left on drive C") == []


async def test_000_top_n_of_many(tracker: CausalChainTracker) -> None:
    for number in range(12):
        error_id = await tracker.record_error_event(ERROR, {}, "s")
        fix_id = await tracker.record_fix_attempt(error_id, "one")
        await tracker.mark_resolved(error_id, 12 - number, fix_id)
    found = await tracker.query_similar_failures(ERROR, 3)
    assert [one["resolution_time_minutes"] for one in found] == [1.0, 2.0, 3.0]


async def test_000_lists_are_the_latest_failures_first(tracker: CausalChainTracker, clock: Clock) -> None:
    ids = []
    for number in range(5):
        clock.forward(minutes=1)
        ids.append(await tracker.record_error_event(f"Error {number}", {}, "s"))
    await tracker.record_fix_attempt(ids[4], "done", successful=True)
    assert [one.error_id for one in await tracker.get_all_chains(3)] == ids[:1:-1]
    assert [one.error_id for one in await tracker.get_unresolved_chains(100)] == ids[3::-1]


async def test_000_session_is_kept_and_may_be_missing(tracker: CausalChainTracker) -> None:
    with_session = await tracker.record_error_event(ERROR, {}, "session-123")
    without = await tracker.record_error_event(ERROR)
    again = await tracker.record_error_event(ERROR, {}, "session-123")
    sessions = [(await chain_of(tracker, one)).error_event.session_id for one in (with_session, without, again)]
    assert sessions == ["session-123", "", "session-123"]


async def test_000_the_message_is_required(tracker: CausalChainTracker) -> None:
    with pytest.raises(TypeError, match="error must be a text"):
        await tracker.record_error_event(None, {}, "s")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="context must be a mapping"):
        await tracker.record_error_event(ERROR, "main.py", "s")  # type: ignore[arg-type]
    assert await tracker.get_all_chains() == []


async def test_000_timestamps_are_now_by_default(store: Store) -> None:
    tracker = CausalChainTracker(db=store, embedder=GivenVectors({}), redact=redact)
    before = datetime.now(UTC)
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    await tracker.record_fix_attempt(error_id, "one", successful=True)
    chain = await chain_of(tracker, error_id)
    times = [before, chain.error_event.timestamp, chain.fix_attempts[0].timestamp, datetime.now(UTC)]
    assert times == sorted(times)


async def test_000_verify_that_a_chain_is_marked_resolved(tracker: CausalChainTracker) -> None:
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    fix_id = await tracker.record_fix_attempt(error_id, "one")
    await tracker.mark_resolved(causal_chain_id=error_id, resolution_time_minutes=15, successful_fix_id=fix_id)
    chain = await chain_of(tracker, error_id)
    assert chain.resolved is True
    assert chain.fix_attempts[0].successful is True


async def test_000_an_empty_result_and_its_reason(tracker: CausalChainTracker) -> None:
    assert await tracker.query_similar_failures("some error", limit=5) == []
    error_id = await tracker.record_error_event("some error", {}, "s")
    assert len(await tracker.get_all_chains(limit=10)) == 1
    assert await tracker.query_similar_failures("some error", limit=5) == []
    await tracker.record_fix_attempt(error_id, "one", successful=True)
    assert len(await tracker.query_similar_failures("some error", limit=5)) == 1


async def test_001_ids(tracker: CausalChainTracker) -> None:
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    fix_id = await tracker.record_fix_attempt(error_id, "one", successful=True)
    assert re.fullmatch("err-[0-9a-f]{8} fix-[0-9a-f]{8} chain-[0-9a-f]{8}", f"{error_id} {fix_id} {error_id.chain_id}")


async def test_001_the_constructor_takes_a_logger_and_initialize_says_so(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("of.the.caller")
    tracker = CausalChainTracker(logger, db=store, embedder=GivenVectors({}), redact=redact)
    with caplog.at_level(logging.INFO, "of.the.caller"):
        await tracker.initialize()
        await tracker.record_error_event(ERROR, {}, "s")
    assert {record.name for record in caplog.records} == {"of.the.caller"}
    assert "CausalChainTracker initialized" in caplog.text
    assert ERROR not in caplog.text


async def test_001_only_resolved_failures_are_found(tracker: CausalChainTracker) -> None:
    ids = [await tracker.record_error_event(ERROR, {}, "s") for _ in range(3)]
    await tracker.record_fix_attempt(ids[0], "failed")
    await tracker.mark_needs_review(ids[1])
    await tracker.record_fix_attempt(ids[2], "worked", successful=True)
    assert [one["error_id"] for one in await tracker.query_similar_failures(ERROR)] == [ids[2]]


async def test_001_minutes_from_the_error_to_the_fix(tracker: CausalChainTracker, clock: Clock) -> None:
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    clock.forward(seconds=45)
    await tracker.record_fix_attempt(error_id, "one")
    clock.forward(minutes=2)
    await tracker.record_fix_attempt(error_id, "two", successful=True)
    assert (await chain_of(tracker, error_id)).resolution_time_minutes == 2.75


async def test_001_attempts_are_the_oldest_first(tracker: CausalChainTracker, clock: Clock) -> None:
    error_id = await tracker.record_error_event(ERROR, {}, "s")
    for number in range(5):
        clock.forward(seconds=1)
        await tracker.record_fix_attempt(error_id, f"way {number}")
    assert [one.action_taken for one in (await chain_of(tracker, error_id)).fix_attempts] == [
        f"way {number}" for number in range(5)
    ]


async def test_001_an_attempt_on_an_unknown_error_stores_nothing(tracker: CausalChainTracker, store: Store) -> None:
    with pytest.raises(LookupError):
        await tracker.record_fix_attempt("err-12345678", "one", successful=True)
    with store.reading() as unit:
        assert unit.connection.exec_driver_sql("SELECT COUNT(*) FROM fix_attempts").scalar_one() == 0
