"""Re-keying: after lists or tags changed, crashes get new keys and keep their patterns, whatever happens meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.rules import Rules
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.knowledge.reindex import Progress, index_status, reindex
from crash_knowledge.knowledge.review import Review
from crash_knowledge.knowledge.rulebook import rule_book
from crash_knowledge.redaction import Redactor
from crash_knowledge.store import Store
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes, dump_text, file_of
from tests.knowledge.lists import EditableLists
from tests.store.test_origins import content as rows_of

SUFFIXES, PLUMBING = "customer_suffixes.txt", "plumbing_frames.txt"
KINDS = (RUN_WINDOW, PERMISSION, DATABASE)


@pytest.fixture
def lists(tmp_path: Path) -> Iterator[EditableLists]:
    editable = EditableLists(tmp_path / "lists")
    yield editable
    editable.restore()


def customised(days: int = 0, **changes) -> bytes:
    """A dump of the run window whose counter is a customer's own class."""
    return file_of(dump_text(RUN_WINDOW, days, **changes).replace("CM2RunCounter", "CM2RunCounterZebra"))


def keys_of(analyzer: CrashAnalyzer) -> dict[str, tuple[int, int | None]]:
    """Dump hash -> (version of its variant, pattern)."""
    with analyzer.store.reading() as unit:
        crashes = unit.crashes.latest(10_000)
        variants = unit.variants.get_many({crash.variant_id for crash in crashes})
    return {crash.dump_hash: (variants[crash.variant_id].fingerprint_version, crash.pattern_id) for crash in crashes}


def patterns_of(analyzer: CrashAnalyzer) -> dict[str, int | None]:
    return {dump: pattern_id for dump, (_, pattern_id) in keys_of(analyzer).items()}


def in_force(analyzer: CrashAnalyzer) -> int:
    return rule_book(analyzer.store).current.version


def versions_of(analyzer: CrashAnalyzer) -> set[int]:
    return {version for version, _ in keys_of(analyzer).values()}


@pytest.fixture
def stored(analyzer, analyze) -> dict[str, int | None]:
    """Six crashes of three patterns; dump hash -> pattern."""
    for kind in KINDS:
        for days in (0, 1):
            analyzer.save(analyze(dump_bytes(kind, days)), Review("Ann"))
    return patterns_of(analyzer)


def test_a_store_of_the_rules_in_force_is_left_alone(analyzer, stored) -> None:
    before = rows_of(analyzer.store)
    result = reindex(analyzer.store, analyzer)
    assert (result.rekeyed, result.embedded, result.stopped, result.status.stale) == (0, 0, False, 0)
    assert {**rows_of(analyzer.store), "fingerprint_rules": []} == {**before, "fingerprint_rules": []}


def test_an_edited_list_is_noticed_and_brought_into_the_store(analyzer, analyze, stored, lists) -> None:
    lists.write(PLUMBING, "CM2RunWindow>>*")
    status = index_status(analyzer.store)
    assert (status.version, status.stale, len(status.crashes)) == (in_force(analyzer), 6, 1)
    reported: list[Progress] = []
    result = reindex(analyzer.store, analyzer, reported.append, batch=4)
    assert [(one.done, one.total) for one in reported] == [(4, 6), (6, 6)]
    assert all(one.per_second > 0 for one in reported)
    assert (result.rekeyed, result.stopped, result.unreadable) == (6, False, ())
    assert (result.status.crashes, result.status.stale) == ({in_force(analyzer): 6}, 0)
    assert patterns_of(analyzer) == stored
    with analyzer.store.reading() as unit:
        assert unit.variants.count() == 3
        carried = unit.connection.exec_driver_sql(
            "SELECT COUNT(*) FROM crash_patterns p JOIN pattern_variants v ON v.pattern_id = p.id"
            " AND v.exact = p.fingerprint_exact AND v.structural = p.fingerprint_structural"
            " AND v.fingerprint_version = p.fingerprint_version"
        ).scalar_one()
        assert carried == 3
        assert list(unit.rules.in_use()) == [in_force(analyzer)]


def test_verdicts_are_the_same_before_while_and_after(analyzer, analyze, stored, lists) -> None:
    """Found by the exact key at every moment: by that of the earlier rules as long as the crash has no newer one."""

    def verdicts() -> list[tuple[int | None, str]]:
        found = [analyze(dump_bytes(kind, days=5)).match for kind in KINDS]
        return [(match.pattern_id, match.level) for match in found]

    before = verdicts()
    assert [level for _, level in before] == ["exact"] * 3
    lists.write(SUFFIXES, "Window", "Checker", "BlockItem")
    seen = [verdicts()]
    reindex(analyzer.store, analyzer, lambda _: seen.append(verdicts()), batch=1)
    assert seen == [before] * 7


def test_variants_are_regrouped_by_their_new_keys_within_their_pattern(analyzer, analyze, lists) -> None:
    first = analyzer.save(analyze(dump_bytes()), None)
    analyzer.save(analyze(customised(days=1)), Review("Ann", "other", other_pattern_id=first.pattern.id))
    with analyzer.store.reading() as unit:
        assert len(unit.variants.of_pattern(first.pattern.id)) == 2
    for entries, variants in ((("Zebra",), 1), ((), 2)):
        lists.write(SUFFIXES, *entries)
        assert reindex(analyzer.store, analyzer).rekeyed == 2
        with analyzer.store.reading() as unit:
            assert [one.occurrence_count for one in unit.variants.of_pattern(first.pattern.id)] == [
                2 // variants
            ] * variants
            assert unit.patterns.get(first.pattern.id).occurrence_count == 2
        assert analyzer.store.verify() == ()


class Counting(HashedEmbedder):
    """The hashed model, counting the texts it embeds."""

    def __init__(self) -> None:
        super().__init__("For a test.")
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += len(texts)
        return super().embed(texts)


def test_only_a_text_that_changed_is_embedded_again(analyzer, stored, lists) -> None:
    analyzer.embedder = Counting()
    lists.write(SUFFIXES, "Window")
    result = reindex(analyzer.store, analyzer)
    assert (result.rekeyed, result.embedded, analyzer.embedder.texts) == (6, 1, 1)
    with analyzer.store.reading() as unit:
        assert unit.vectors.missing(analyzer.embedder.model_id, 10) == []
        assert unit.vectors.count(analyzer.embedder.model_id) == 3


def test_stopped_it_keeps_what_is_done_and_goes_on_from_there(analyzer, stored, lists) -> None:
    lists.write(PLUMBING, "Foo>>bar")
    asked = iter(range(100))
    stopped = reindex(analyzer.store, analyzer, should_stop=lambda: next(asked) >= 5, batch=2)
    assert (stopped.stopped, stopped.rekeyed, stopped.status.stale) == (True, 4, 2)
    assert analyzer.store.verify() == ()
    assert patterns_of(analyzer) == stored
    resumed = reindex(analyzer.store, analyzer)
    assert (resumed.stopped, resumed.rekeyed, resumed.status.stale) == (False, 2, 0)
    assert patterns_of(analyzer) == stored


@pytest.mark.parametrize(
    "damage", ["DELETE FROM raw_dumps", "UPDATE raw_dumps SET content = X'28B52FFD2004210000666F6F21'"]
)
def test_crashes_whose_text_is_gone_or_no_dump_keep_their_keys_and_are_told(analyzer, stored, lists, damage) -> None:
    crash_hash = min(stored)
    with analyzer.store.transaction() as unit:
        unit.connection.exec_driver_sql(f"{damage} WHERE dump_hash = '{crash_hash}'")
    before = keys_of(analyzer)[crash_hash]
    lists.write(PLUMBING, "Foo>>bar")
    result = reindex(analyzer.store, analyzer)
    assert result.rekeyed == 5
    assert (result.status.without_text, len(result.unreadable)) == ((1, 0) if "DELETE" in damage else (0, 1))
    assert keys_of(analyzer)[crash_hash] == before
    assert patterns_of(analyzer) == stored


def test_crashes_saved_meanwhile_are_kept_and_keyed_by_the_new_rules(analyzer, analyze, stored, lists) -> None:
    old = analyze(dump_bytes(RUN_WINDOW, days=8))
    lists.write(SUFFIXES, "Window")
    days = iter(range(10, 20))

    def save_one(_: Progress) -> None:
        analyzer.save(analyze(dump_bytes(RUN_WINDOW, next(days))), None)

    result = reindex(analyzer.store, analyzer, save_one, batch=3)
    assert (result.rekeyed, result.status.stale) == (6, 0)
    assert len(set(patterns_of(analyzer).values())) == 3
    analyzer.save(old, None)
    assert index_status(analyzer.store).stale == 1
    assert reindex(analyzer.store, analyzer).rekeyed == 1
    assert sorted(patterns_of(analyzer).values()).count(patterns_of(analyzer)[old.dump_hash]) == 5


class Meddling:
    """Fingerprints like the analyzer, while a person moves the crash that is just being read."""

    def __init__(self, analyzer: CrashAnalyzer, meddle) -> None:
        self.embedder = analyzer.embedder
        self._analyzer = analyzer
        self._meddle = meddle

    def fingerprint_text(self, text: str, rules: Rules) -> Fingerprint:
        self._meddle()
        return self._analyzer.fingerprint_text(text, rules)

    def embed_missing(self) -> int:
        return self._analyzer.embed_missing()


def test_a_crash_moved_while_it_is_read_stays_where_it_was_moved_to(analyzer, analyze, lists) -> None:
    first = analyzer.save(analyze(dump_bytes()), None)
    other = analyzer.save(analyze(dump_bytes(PERMISSION)), None)
    analysis = analyze(dump_bytes())
    lists.write(PLUMBING, "Foo>>bar")

    def move() -> None:
        analyzer.save(analysis, Review("Ann", "other", other_pattern_id=other.pattern.id))

    reindex(analyzer.store, Meddling(analyzer, move))
    reindex(analyzer.store, analyzer)
    assert patterns_of(analyzer)[first.crash.dump_hash] == other.pattern.id
    assert versions_of(analyzer) == {in_force(analyzer)}


def test_demo_knowledge_stays_demo_knowledge(analyzer, analyze, lists) -> None:
    demo = CrashAnalyzer(analyzer.store.as_demo(), analyzer.redactor, analyzer.embedder, 1_000_000)
    for days, by in ((0, demo), (1, analyzer), (2, demo)):
        by.save(analyze(dump_bytes(RUN_WINDOW, days)), None)
    demo.save(analyze(dump_bytes(DATABASE)), None)
    lists.write(SUFFIXES, "Window")
    reindex(analyzer.store, analyzer)
    with analyzer.store.transaction() as unit:
        unit.origins.remove_demo()
    with analyzer.store.reading() as unit:
        assert (unit.variants.count(), unit.patterns.count(), unit.crashes.count()) == (1, 1, 1)


@pytest.mark.parametrize("kind", ["merge", "split", "move"])
def test_a_correction_can_be_undone_after_rekeying(analyzer, stored, lists, kind) -> None:
    now = datetime(2025, 3, 1, tzinfo=UTC)
    corrections = PatternCorrections(analyzer.store)
    with analyzer.store.reading() as unit:
        crash_ids = [crash.id for crash in unit.crashes.of_pattern(1)]
    corrected = {
        "merge": lambda: corrections.merge([1], 2, "Ann", now),
        "split": lambda: corrections.split(1, crash_ids[:1], "Ann", now),
        "move": lambda: corrections.move(crash_ids[0], 3, "Ann", now),
    }[kind]()
    left_as = patterns_of(analyzer)
    lists.write(SUFFIXES, "Window", "Checker")
    reindex(analyzer.store, analyzer)
    assert patterns_of(analyzer) == left_as
    corrections.undo(corrected.id, "Ann", now)
    assert patterns_of(analyzer) == stored
    assert index_status(analyzer.store).stale == 0
    assert versions_of(analyzer) == {in_force(analyzer)}


class TestLearntTags:
    def test_the_tag_of_a_stored_dump_is_stripped_in_the_next_dumps_of_others(self, analyzer, analyze) -> None:
        """Fjord runs a class of Zebra's: unknown at first, the plain class once a dump came from Zebra."""
        plain = analyze(dump_bytes())
        assert analyze(customised()).fingerprint.exact != plain.fingerprint.exact
        analyzer.save(analyze(zebra(DATABASE)), None)
        assert analyze(customised()).fingerprint.exact == plain.fingerprint.exact

    def test_only_crashes_that_a_new_tag_may_change_are_to_be_rekeyed(self, analyzer, analyze, stored) -> None:
        kept = analyzer.save(analyze(customised(days=3)), Review("Ann"))
        assert index_status(analyzer.store).stale == 0
        analyzer.save(analyze(zebra(DATABASE)), None)
        status = index_status(analyzer.store)
        assert (status.stale, status.crashes[status.version]) == (1, 7)
        again = analyze(customised(days=4))
        assert kept.pattern.id in {one.pattern_id for one in again.match.explanation.candidates}
        assert reindex(analyzer.store, analyzer).rekeyed == 1
        assert index_status(analyzer.store).stale == 0
        assert patterns_of(analyzer).items() >= {**stored, kept.crash.dump_hash: kept.pattern.id}.items()

    def test_the_same_dump_has_the_same_keys_as_long_as_the_rules_are_the_same(self, analyzer, analyze) -> None:
        before = analyze(customised())
        analyzer.save(analyze(zebra(DATABASE)), None)
        after = analyze(customised())
        assert before.fingerprint.version != after.fingerprint.version
        assert analyzer.fingerprint_text(before.dump.text, before.rules) == before.fingerprint
        assert before.fingerprint.exact != after.fingerprint.exact

    def test_demo_knowledge_teaches_no_tags(self, analyzer, analyze) -> None:
        demo = CrashAnalyzer(analyzer.store.as_demo(), analyzer.redactor, analyzer.embedder, 1_000_000)
        demo.save(analyze(dump_bytes()), None)
        with analyzer.store.reading() as unit:
            assert unit.rules.tags() == frozenset()


def zebra(kind=DATABASE) -> bytes:
    """A dump of a customer called Zebra."""
    return file_of(dump_text(kind).replace("FJORD", "Zebra"))


KILLED = """
import sys, time
from pathlib import Path
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.knowledge.reindex import reindex
from crash_knowledge.knowledge.rulebook import rule_book
from crash_knowledge.redaction import Redactor
from crash_knowledge.store import Store
from tests.knowledge.lists import EditableLists

EditableLists(Path(sys.argv[2]))
store = Store.open(sys.argv[1])
analyzer = CrashAnalyzer(store, Redactor(b"s" * 32), HashedEmbedder("For speed."), 1_000_000)
print("begins", flush=True)
reindex(store, analyzer, lambda progress: print(progress.done, flush=True), batch=2)
"""


def test_killed_at_any_moment_it_goes_on_and_loses_nothing(tmp_path: Path, lists) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    store = Store.open(url)
    analyzer = CrashAnalyzer(store, Redactor(b"s" * 32), HashedEmbedder("For speed."), 1_000_000)
    for days in range(40):
        (analysis,) = analyzer.analyze(dump_bytes(KINDS[days % 3], days), "WCR.txt")
        analyzer.save(analysis, None)
    stored = patterns_of(analyzer)
    lists.write(SUFFIXES, "Window", "Checker", "BlockItem")
    done: list[int] = []
    for wait in (0.0, 0.011, 0.023, 0.037):
        run = subprocess.Popen(
            [sys.executable, "-c", KILLED, url, str(tmp_path / "lists")], stdout=subprocess.PIPE, text=True
        )
        assert run.stdout is not None
        assert run.stdout.readline() == "begins\n"
        run.stdout.readline()
        time.sleep(wait)
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=60)
        assert run.returncode == -signal.SIGKILL
        assert store.verify() == ()
        assert patterns_of(analyzer) == stored
        status = index_status(store)
        done.append(status.crashes.get(status.version, 0))
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] < 40
    assert reindex(store, analyzer).rekeyed == 40 - done[-1]
    assert index_status(store).crashes == {in_force(analyzer): 40}
    assert patterns_of(analyzer) == stored
    assert store.verify() == ()
    store.close()


CONTENTS = [dump_bytes(kind, days) for kind in KINDS for days in (0, 1)] + [customised(2), customised(3), zebra()]
EDITS = [
    (SUFFIXES, ()),
    (SUFFIXES, ("Zebra",)),
    (SUFFIXES, ("Window", "Checker")),
    (PLUMBING, ()),
    (PLUMBING, ("CM2RunWindow>>*", "PLRegionalBlockItem>>*")),
]


class ChangingRules(RuleBasedStateMachine):
    """People save dumps while lists are edited and re-keying begins, stops and ends. ``home``: dump -> pattern."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.lists = EditableLists(Path(self.folder.name) / "lists")
        self.store = Store.open(f"sqlite:///{Path(self.folder.name) / 'knowledge.db'}")
        self.analyzer = CrashAnalyzer(self.store, Redactor(b"s" * 32), HashedEmbedder("For speed."), 1_000_000)
        self.home: dict[str, int | None] = {}

    def teardown(self) -> None:
        self.lists.restore()
        self.store.close()
        self.folder.cleanup()

    @rule(place=st.integers(0, len(CONTENTS) - 1), verdict=st.sampled_from([None, "right", "new"]))
    def save(self, place: int, verdict) -> None:
        (analysis,) = self.analyzer.analyze(CONTENTS[place], "WCR.txt")
        known = self.home.get(analysis.dump_hash)
        learned = self.analyzer.save(analysis, Review("Ann", verdict) if verdict and known is None else None)
        assert known in (None, learned.pattern.id)
        self.home[analysis.dump_hash] = learned.pattern.id

    @rule(edit=st.sampled_from(EDITS))
    def edit_a_list(self, edit: tuple[str, tuple[str, ...]]) -> None:
        self.lists.write(edit[0], *edit[1])

    @rule(calls=st.integers(0, 8), batch=st.integers(1, 3))
    def rekey_some(self, calls: int, batch: int) -> None:
        asked = iter(range(1000))
        reindex(self.store, self.analyzer, should_stop=lambda: next(asked) >= calls, batch=batch)

    @rule()
    def rekey_all(self) -> None:
        result = reindex(self.store, self.analyzer)
        assert result.status.stale == 0
        assert set(result.status.crashes) <= {result.status.version}

    @invariant()
    def crashes_stay_in_their_patterns(self) -> None:
        assert patterns_of(self.analyzer) == self.home

    @invariant()
    def known_dumps_are_found_by_their_exact_key(self) -> None:
        for content in CONTENTS[:2]:
            (analysis,) = self.analyzer.analyze(content, "WCR.txt")
            with self.store.reading() as unit:
                found = {one.pattern_id for one in unit.variants.with_exact(analysis.fingerprint.exact_keys)}
            assert analysis.dump_hash not in self.home or self.home[analysis.dump_hash] in found

    @invariant()
    def every_figure_agrees_with_its_rows(self) -> None:
        assert self.store.verify() == ()


ChangingRules.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestChangingRules = ChangingRules.TestCase
