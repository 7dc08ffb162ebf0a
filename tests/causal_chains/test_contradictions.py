"""One test or more for each row of the table of contradictions between the two seeds; the row is in the test's name."""

from __future__ import annotations

import logging
import re
import secrets

import pytest

from crash_knowledge.causal_chains import CausalChain, CausalChainTracker, ErrorEvent, FixAttempt, RecordedError
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.store import Store
from tests.causal_chains.conftest import NOON, Clock, GivenVectors, redact

pytestmark = pytest.mark.anyio

ERROR = "ImportError: module not found"


async def failed(tracker: CausalChainTracker, message: str = ERROR) -> RecordedError:
    return await tracker.record_error_event(message, {"file": "main.py"}, "session-1")


async def solved(tracker: CausalChainTracker, message: str = ERROR, minutes: float | None = None) -> RecordedError:
    error_id = await failed(tracker, message)
    fix_id = await tracker.record_fix_attempt(error_id, "installed it", "+ import it", successful=minutes is None)
    if minutes is not None:
        await tracker.mark_resolved(error_id, minutes, fix_id)
    return error_id


async def chain_of(tracker: CausalChainTracker, handle: str) -> CausalChain:
    chain = await tracker.get_causal_chain(handle)
    assert chain is not None
    return chain


async def test_row_01_the_id_of_an_error_is_a_text_with_chain_and_embedding(tracker: CausalChainTracker) -> None:
    error_id = await failed(tracker)
    assert isinstance(error_id, str)
    assert re.fullmatch("err-[0-9a-f]{8}", error_id)
    assert len(error_id) == 12
    assert re.fullmatch("chain-[0-9a-f]{8}", error_id.chain_id)
    assert error_id.embedding is not None
    assert len(error_id.embedding) == 384
    assert isinstance(error_id.embedding[0], float)


async def test_row_02_a_chain_is_open_with_the_error_and_complete_with_the_success(tracker: CausalChainTracker) -> None:
    error_id = await failed(tracker)
    opened = await chain_of(tracker, error_id)
    assert (opened.status, opened.resolved) == ("open", False)
    await tracker.record_fix_attempt(error_id, "installed it", successful=True)
    done = await chain_of(tracker, error_id)
    assert (done.id, done.status, done.resolved) == (opened.id, "resolved", True)


async def test_row_03_every_method_takes_every_id_of_the_chain(tracker: CausalChainTracker) -> None:
    error_id = await failed(tracker)
    first = await tracker.record_fix_attempt(error_id, "one")
    second = await tracker.record_fix_attempt(error_id.chain_id, "two")
    third = await tracker.record_fix_attempt(first, "three")
    assert len({(await chain_of(tracker, one)).id for one in (error_id, error_id.chain_id, first, third)}) == 1
    for handle in (error_id, error_id.chain_id, third):
        await tracker.mark_resolved(handle, 3, second)
    assert [one.id for one in (await chain_of(tracker, third)).fix_attempts] == sorted(
        [first, second, third], key=lambda fix: (NOON, fix)
    )


@pytest.mark.parametrize("unknown", ["err-00000000", "chain-00000000", "fix-00000000", "", "nonsense", "err-%"])
async def test_row_03_unknown_ids_are_lookup_errors_on_writes_and_none_on_reads(
    tracker: CausalChainTracker, unknown: str
) -> None:
    fix_id = await tracker.record_fix_attempt(await failed(tracker), "one")
    with pytest.raises(LookupError):
        await tracker.record_fix_attempt(unknown, "two")
    with pytest.raises(LookupError):
        await tracker.mark_resolved(unknown, 1, fix_id)
    with pytest.raises(LookupError):
        await tracker.mark_resolved(fix_id, 1, unknown)
    assert await tracker.get_causal_chain(unknown) is None
    assert await tracker.get_causal_chain(None) is None  # type: ignore[arg-type]


async def test_row_04_both_signatures_of_record_fix_attempt(tracker: CausalChainTracker) -> None:
    error_id = await failed(tracker)
    await tracker.record_fix_attempt(causal_chain_id=error_id, action_taken="a", code_changes="+ a", session_id="s-1")
    await tracker.record_fix_attempt(error_id, "b", "+ b", False)
    await tracker.record_fix_attempt(error_id, "c", causal_chain_id=error_id.chain_id)
    attempts = (await chain_of(tracker, error_id)).fix_attempts
    assert sorted((one.action_taken, one.code_changes, one.session_id) for one in attempts) == [
        ("a", "+ a", "s-1"),
        ("b", "+ b", None),
        ("c", None, None),
    ]
    with pytest.raises(TypeError, match="session_id="):
        await tracker.record_fix_attempt(error_id, "d", None, "session-1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="True or False"):
        await tracker.record_fix_attempt(error_id, "d", None, 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not of the same causal chain"):
        await tracker.record_fix_attempt(error_id, "d", causal_chain_id=await failed(tracker, "another"))
    with pytest.raises(TypeError, match="needs error_id or causal_chain_id"):
        await tracker.record_fix_attempt(action_taken="d")
    with pytest.raises(TypeError, match="action_taken"):
        await tracker.record_fix_attempt(error_id)
    assert len((await chain_of(tracker, error_id)).fix_attempts) == 3


async def test_row_05_reported_minutes_win_over_computed_ones(tracker: CausalChainTracker, clock: Clock) -> None:
    error_id = await failed(tracker)
    clock.forward(minutes=30)
    fix_id = await tracker.record_fix_attempt(error_id, "one", successful=True)
    assert (await chain_of(tracker, error_id)).resolution_time_minutes == 30.0
    await tracker.mark_resolved(error_id, 12, fix_id)
    reported = await chain_of(tracker, error_id)
    assert (reported.resolution_time_minutes, reported.resolved_at) == (12.0, clock.now)
    clock.forward(days=1)
    await tracker.mark_resolved(error_id, 12, fix_id)
    assert await chain_of(tracker, error_id) == reported
    await tracker.record_fix_attempt(error_id, "two", successful=True)
    assert (await chain_of(tracker, error_id)).successful_fix_id == fix_id
    assert (await chain_of(tracker, error_id)).resolution_time_minutes == 12.0


async def test_row_05_the_fix_must_belong_to_the_chain_and_the_minutes_be_possible(tracker: CausalChainTracker) -> None:
    error_id = await failed(tracker)
    fix_id = await tracker.record_fix_attempt(error_id, "one")
    foreign = await tracker.record_fix_attempt(await failed(tracker, "another"), "two")
    with pytest.raises(ValueError, match="does not belong"):
        await tracker.mark_resolved(error_id, 1, foreign)
    for minutes in (-1, -0.5, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="from 0 up"):
            await tracker.mark_resolved(error_id, minutes, fix_id)
    for minutes in ("15", True, [1]):
        with pytest.raises(TypeError, match="must be a number"):
            await tracker.mark_resolved(error_id, minutes, fix_id)  # type: ignore[arg-type]
    assert (await chain_of(tracker, error_id)).status == "open"
    assert not any(one.successful for one in (await chain_of(tracker, error_id)).fix_attempts)


async def test_row_06_a_second_success_makes_no_second_chain(tracker: CausalChainTracker, clock: Clock) -> None:
    error_id = await failed(tracker)
    first = await tracker.record_fix_attempt(error_id, "one", successful=True)
    clock.forward(hours=1)
    second = await tracker.record_fix_attempt(error_id, "two", successful=True)
    (chain,) = await tracker.get_all_chains()
    assert (chain.successful_fix_id, chain.resolution_time_minutes) == (first, 0.0)
    assert [(one.id, one.successful) for one in chain.fix_attempts] == [(first, True), (second, True)]


async def test_row_07_minutes_are_fractions_and_unknown_ones_come_last(
    tracker: CausalChainTracker, clock: Clock
) -> None:
    unknown = await failed(tracker)
    clock.forward(minutes=-5)
    await tracker.record_fix_attempt(unknown, "told in retrospect", successful=True)
    quick, slow = await solved(tracker, minutes=0.75), await solved(tracker, minutes=90)
    found = await tracker.query_similar_failures(ERROR)
    assert [(one["error_id"], one["resolution_time_minutes"]) for one in found] == [
        (quick, 0.75),
        (slow, 90.0),
        (unknown, None),
    ]


async def test_row_08_a_result_has_the_keys_of_both_seeds(tracker: CausalChainTracker) -> None:
    error_id = await tracker.record_error_event(ERROR, {"error_type": "ImportError", "line": 42}, "session-1")
    fix_id = await tracker.record_fix_attempt(error_id, "installed it", "+ import it", successful=True)
    (found,) = await tracker.query_similar_failures(ERROR)
    assert found == {
        "error_id": error_id,
        "chain_id": error_id.chain_id,
        "error_message": ERROR,
        "error_type": "ImportError",
        "context": {"error_type": "ImportError", "line": 42},
        "successful_fix": {"action_taken": "installed it", "code_changes": "+ import it"},
        "successful_fix_id": fix_id,
        "fix_action_taken": "installed it",
        "action_taken": "installed it",
        "successful": True,
        "resolution_time_minutes": 0.0,
        "similarity": 1.0,
    }


AT_THRESHOLD, JUST_ABOVE, ABOVE = "cosine 0.7", "cosine above 0.7", "cosine 0.8"
VECTORS = {
    "asked": (1, 0, 0, 0),
    AT_THRESHOLD: (7, 7, 1, 1),
    "cosine 0.7 but for rounding": (7, 7, 1.0000002, 1),
    JUST_ABOVE: (7.0001, 7, 1, 1),
    ABOVE: (4, 3, 0, 0),
    "opposite": (-1, 0, 0, 0),
}


async def test_row_09_similar_is_strictly_above_the_threshold_after_rounding(store: Store) -> None:
    tracker = CausalChainTracker(db=store, embedder=GivenVectors(VECTORS), redact=redact)
    for text in VECTORS:
        if text != "asked":
            await solved(tracker, text)
    found = await tracker.query_similar_failures("asked", 100)
    assert [one["error_message"] for one in found] == [ABOVE, JUST_ABOVE]
    assert found[0]["similarity"] == 0.8
    assert all(one["similarity"] == round(one["similarity"], 9) for one in found)


async def test_row_09_ranked_by_similarity_then_minutes_then_id(store: Store) -> None:
    tracker = CausalChainTracker(db=store, embedder=GivenVectors(VECTORS), redact=redact)
    slow, first, second = [await solved(tracker, ABOVE, minutes) for minutes in (9, 2, 2)]
    nearest = await solved(tracker, "asked", 500)
    expected = [nearest, *sorted((first, second)), slow]
    for limit in (1, 2, 3, 4, 5):
        found = await tracker.query_similar_failures("asked", limit)
        assert [one["error_id"] for one in found] == expected[:limit]


async def test_row_09_each_text_model_has_its_own_threshold(tracker: CausalChainTracker) -> None:
    """Hashed words agree less than MiniLM's vectors do: what is alike there is below 0.7 here, and still found."""
    await solved(tracker, "ImportError: the module requests was not found")
    (found,) = await tracker.query_similar_failures("ImportError: the module numpy was not found")
    assert 0.4 < found["similarity"] < 0.7
    assert await tracker.query_similar_failures("DiskFull: no space is left on drive C") == []


@pytest.mark.parametrize("limit", [0, -1, 101, True, False, 2.0, "5", None])
async def test_row_10_limits_are_whole_numbers_from_1_to_100(tracker: CausalChainTracker, limit: object) -> None:
    away = CausalChainTracker(db=None)
    for one in (tracker, away):
        for method in (one.get_unresolved_chains, one.get_all_chains):
            with pytest.raises(ValueError, match=r"^limit must be an integer between 1 and 100$"):
                await method(limit)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"^limit must be an integer between 1 and 100$"):
            await one.query_similar_failures(None, limit)  # type: ignore[arg-type]


async def test_row_11_the_store_of_the_installation_is_opened_at_the_first_use() -> None:
    error_id = await CausalChainTracker().record_error_event(ERROR, {}, "session-1")
    assert await CausalChainTracker().get_causal_chain(error_id) is not None


async def test_row_11_without_a_database_nothing_is_stored_and_a_warning_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = CausalChainTracker(db=None)
    with caplog.at_level(logging.WARNING):
        await away.initialize()
        error_id = await failed(away)
        fix_id = await away.record_fix_attempt(error_id, "one", successful=True)
        await away.mark_resolved(error_id, 1, fix_id)
        assert await away.query_similar_failures(ERROR) == []
        assert await away.get_causal_chain(error_id) is None
        assert await away.get_unresolved_chains() == await away.get_all_chains() == []
    assert re.fullmatch("err-[0-9a-f]{8}", error_id)
    assert re.fullmatch("fix-[0-9a-f]{8}", fix_id)
    assert len(caplog.records) == 8
    assert {record.levelname for record in caplog.records} == {"WARNING"}


async def test_row_12_an_error_is_stored_when_the_text_model_fails_and_embedded_later(store: Store) -> None:
    vectors: dict[str, tuple[float, ...]] = {}
    tracker = CausalChainTracker(db=store, embedder=GivenVectors(vectors), redact=redact)
    error_id = await solved(tracker)
    assert error_id.embedding is None
    assert (await chain_of(tracker, error_id)).error_event.embedding is None
    assert await tracker.query_similar_failures(ERROR) == []
    assert await tracker.reindex() == 0
    vectors[ERROR] = (0.6, 0.8, 0, 0)
    assert await tracker.reindex() == 1
    assert (await chain_of(tracker, error_id)).error_event.embedding == pytest.approx([0.6, 0.8, 0, 0])
    assert [one["error_id"] for one in await tracker.query_similar_failures(ERROR)] == [error_id]
    assert await tracker.reindex() == 0


@pytest.mark.parametrize("vector", [(0, 0, 0, 0), (float("nan"), 0, 0, 0), (1, 0)])
async def test_row_12_a_useless_vector_is_none(store: Store, vector: tuple[float, ...]) -> None:
    tracker = CausalChainTracker(db=store, embedder=GivenVectors({ERROR: vector}), redact=redact)
    assert (await failed(tracker)).embedding is None


@pytest.mark.parametrize(
    ("message", "context", "error_type", "exception_type"),
    [
        ("ImportError: no module", {}, "unknown", "ImportError"),
        ("ImportError: no module", {"error_type": "dependency"}, "dependency", "ImportError"),
        ("requests.exceptions.Timeout: slow", {"error_type": "network"}, "network", "Timeout"),
        ("KeyError", {}, "unknown", "KeyError"),
        ("the disk is full: drive C", {}, "unknown", None),
        ("no such file", {"exception_type": "FileNotFoundError"}, "unknown", "FileNotFoundError"),
        ("x", {"error_type": None}, "unknown", None),
        ("x", {"error_type": 42}, "42", None),
    ],
)
async def test_row_13_error_type_is_the_contexts_and_exception_type_the_messages(
    tracker: CausalChainTracker, message: str, context: dict[str, object], error_type: str, exception_type: str | None
) -> None:
    event = (await chain_of(tracker, await tracker.record_error_event(message, context, "s"))).error_event
    assert (event.error_type, event.exception_type) == (error_type, exception_type)


async def test_row_13_failures_are_grouped_by_their_exception(tracker: CausalChainTracker, store: Store) -> None:
    messages = {
        "ImportError: no module a in line 7": {"error_type": "one"},
        "ImportError: no module a in line 92": {"error_type": "two"},
        "OSError: no module a in line 7": {"error_type": "one"},
    }
    ids = [await tracker.record_error_event(message, context) for message, context in messages.items()]
    with store.reading() as unit:
        first, second, third = (unit.error_events.get(one).pattern_id for one in ids)
    assert first == second != third


async def test_row_14_one_chain_for_both_seeds(tracker: CausalChainTracker) -> None:
    event = ErrorEvent("err-1", "boom", "unknown", {}, NOON, "s")
    fix = FixAttempt("fix-1", "err-1", "one", None, True, NOON)
    by_001 = CausalChain("chain-1", event, [fix], fix, 2.5)
    assert (by_001.resolved, by_001.successful_fix_id, by_001.error_message) == (True, "fix-1", "boom")
    by_000 = CausalChain(
        id="chain-1",
        error_event=event,
        fix_attempts=[fix],
        resolution_time_minutes=2,
        successful_fix_id="fix-1",
        resolved=True,
    )
    assert (by_000.resolved, by_000.error_message, by_000.successful_fix) == (True, "boom", None)
    assert not CausalChain("chain-1", event, []).resolved
    chain = await chain_of(tracker, await solved(tracker))
    assert chain.successful_fix is not None
    assert chain.successful_fix.id == chain.successful_fix_id


async def test_row_15_an_id_that_is_taken_is_drawn_again(
    tracker: CausalChainTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await failed(tracker)
    fix_id = await tracker.record_fix_attempt(first, "one")
    taken = [first[4:], first[4:], "0000000a", first.chain_id[6:], "0000000b", fix_id[4:], "0000000c"]
    drawn = iter(taken)
    monkeypatch.setattr(secrets, "token_hex", lambda size: next(drawn))
    second = await failed(tracker, "another")
    assert (second, second.chain_id) == ("err-0000000a", "chain-0000000b")
    assert await tracker.record_fix_attempt(second, "two") == "fix-0000000c"
    monkeypatch.undo()
    assert len(await tracker.get_all_chains()) == 2


async def test_row_19_the_confidence_of_a_pattern_is_not_that_of_a_match(
    tracker: CausalChainTracker, store: Store
) -> None:
    first = await failed(tracker, "ImportError: the module requests was not found")
    similar = await failed(tracker, "ImportError: the module numpy was not found")
    with store.reading() as unit:
        events = [unit.error_events.get(one) for one in (first, similar)]
        pattern = unit.patterns.get(events[0].pattern_id or 0)
    assert (pattern.confidence_score, pattern.occurrence_count) == (0.5, 2)
    assert [one.match_level for one in events] == ["new", "semantic"]
    assert events[1].pattern_id == pattern.id
    assert 0.4 < (events[1].match_confidence or 0) < 1
    with store.transaction() as unit:
        for confirmed in (True, True, False):
            unit.patterns.record_validation(pattern.id, confirmed)
            unit.validations.add(
                event_id=first,
                pattern_id=pattern.id,
                subject="pattern_match",
                verdict="confirmed" if confirmed else "rejected",
                validated_by="Ann",
                at=NOON,
            )
        assert unit.patterns.get(pattern.id).confidence_score == 3 / 5
        assert unit.error_events.get(similar).match_confidence == events[1].match_confidence


async def test_a_text_is_embedded_once(store: Store) -> None:
    embedder = GivenVectors({ERROR: (1, 0, 0, 0)})
    tracker = CausalChainTracker(db=store, embedder=embedder, redact=redact)
    for _ in range(3):
        await solved(tracker)
    await tracker.query_similar_failures(ERROR)
    assert embedder.calls == [ERROR]


async def test_the_offline_text_model_has_384_dimensions_too() -> None:
    assert HashedEmbedder("").dimensions == 384
