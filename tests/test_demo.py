"""The demo year: what the scenario plants is in it, and it comes and goes without a trace."""

from __future__ import annotations

import hashlib
import itertools
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.demo import build_demo, fill
from crash_knowledge.demo.corpus import DemoCrash, demo_corpus
from crash_knowledge.demo.scenario import SCENARIO_FILE, Scenario, load_scenario
from crash_knowledge.errors import DataFileError, StoreError
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.redaction import Redactor
from crash_knowledge.samples import samples
from crash_knowledge.store import Store
from crash_knowledge.wcr.reading import read_dumps

END = datetime(2025, 11, 20, 12, tzinfo=UTC)
REDACTOR = Redactor(b"0123456789abcdef0123456789abcdef")
EMBEDDER = HashedEmbedder("For speed.")
SMALL_YEAR = 70


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario()


@pytest.fixture(scope="module")
def corpus(scenario: Scenario) -> list[DemoCrash]:
    return list(demo_corpus(1, END, scenario))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'knowledge.db'}")


def fill_small(store: Store, scenario: Scenario) -> int:
    return build_demo(store, REDACTOR, EMBEDDER, END, scenario=replace(scenario, crashes=SMALL_YEAR))


def of_pattern(corpus: list[DemoCrash], key: str) -> list[DemoCrash]:
    return [crash for crash in corpus if crash.true_pattern == key]


def days_before_end(crash: DemoCrash) -> int:
    return (END - crash.when).days


def digest(crashes: list[DemoCrash]) -> str:
    sha = hashlib.sha256()
    for crash in crashes:
        sha.update(crash.content)
        sha.update(repr(crash.review).encode())
    return sha.hexdigest()


def test_the_year_has_what_the_scenario_asks_for(corpus: list[DemoCrash], scenario: Scenario) -> None:
    assert len(corpus) == scenario.crashes == 1500
    assert {crash.true_pattern for crash in corpus} == {pattern.key for pattern in scenario.patterns}
    assert {crash.customer for crash in corpus} == {customer.code for customer in scenario.customers}
    assert len({crash.version for crash in corpus}) == len(scenario.releases) == 8
    assert [crash.when for crash in corpus] == sorted(crash.when for crash in corpus)
    assert END - timedelta(days=scenario.days) <= corpus[0].when
    assert corpus[-1].when < END


def test_one_seed_gives_one_year_and_another_seed_another(corpus: list[DemoCrash], scenario: Scenario) -> None:
    assert digest(list(demo_corpus(1, END, scenario))) == digest(corpus)
    assert digest(list(demo_corpus(2, END, scenario))) != digest(corpus)


def test_no_dump_is_there_twice(corpus: list[DemoCrash]) -> None:
    assert len({crash.content for crash in corpus}) == len(corpus)


def test_dumps_say_when_where_and_which_version(corpus: list[DemoCrash]) -> None:
    for crash in corpus[::50]:
        (dump,) = read_dumps(crash.content, crash.file_name).dumps
        assert dump.complete
        assert [note for note in dump.notes if note.level == "error"] == []
        assert dump.utc_time == crash.when
        assert dump.header.site is not None
        assert dump.header.site.customer == crash.customer
        assert dump.header.version is not None
        assert dump.header.version.text == crash.version


def followed(corpus: list[DemoCrash], source: str, target: str, within: timedelta) -> float:
    """The share of source crashes that a target crash at the same customer follows."""
    sources, targets = of_pattern(corpus, source), of_pattern(corpus, target)
    hits = [
        any(one.customer == other.customer and timedelta() < other.when - one.when <= within for other in targets)
        for one in sources
    ]
    return sum(hits) / len(hits)


@pytest.mark.parametrize(("source", "target"), [("database-gone", "session-nil"), ("ingest-timeout", "timecode-nil")])
def test_a_cause_comes_before_its_effect(corpus: list[DemoCrash], source: str, target: str) -> None:
    forward = followed(corpus, source, target, timedelta(minutes=30))
    backward = followed(corpus, target, source, timedelta(minutes=30))
    assert forward > 0.35
    assert backward < 0.15


def test_two_patterns_come_together_in_either_order(corpus: list[DemoCrash]) -> None:
    within = timedelta(minutes=20)
    assert followed(corpus, "title-merge", "episode-renumber", within) > 0.12
    assert followed(corpus, "episode-renumber", "title-merge", within) > 0.12


def test_a_successor_begins_where_its_predecessor_ends(corpus: list[DemoCrash]) -> None:
    old, new = of_pattern(corpus, "license-period"), of_pattern(corpus, "license-period-set")
    assert timedelta() < new[0].when - old[-1].when < timedelta(days=60)


def test_a_release_makes_a_pattern_worse(corpus: list[DemoCrash], scenario: Scenario) -> None:
    worse = [scenario.version(name, END) for name in ("L4.003", "L4.009a")]
    share = sum(crash.version in worse for crash in corpus) / len(corpus)
    share_of_pattern = sum(crash.version in worse for crash in of_pattern(corpus, "grid-row")) / len(
        of_pattern(corpus, "grid-row")
    )
    assert share_of_pattern > 2 * share


def test_a_pattern_emerges_in_the_last_weeks(corpus: list[DemoCrash]) -> None:
    emerging = of_pattern(corpus, "multi-channel-drag")
    assert len(emerging) >= 10
    assert max(map(days_before_end, emerging)) <= 17
    assert len({crash.customer for crash in emerging}) >= 3


def test_desks_rest_at_the_weekend(corpus: list[DemoCrash]) -> None:
    weekdays = Counter(crash.when.weekday() for crash in corpus)
    assert weekdays[5] + weekdays[6] < 0.6 * (weekdays[1] + weekdays[2])


def test_people_try_again_and_again(corpus: list[DemoCrash]) -> None:
    storms = 0
    for key in {crash.true_pattern for crash in corpus}:
        for customer in {crash.customer for crash in corpus}:
            times = [crash.when for crash in of_pattern(corpus, key) if crash.customer == customer]
            storms += sum(b - a <= timedelta(minutes=10) for a, b in itertools.pairwise(times))
    assert 100 < storms < 600


def test_filling_and_removing(store: Store, scenario: Scenario) -> None:
    done: list[float] = []
    count = build_demo(
        store,
        REDACTOR,
        EMBEDDER,
        END,
        progress=lambda share, _: done.append(share),
        scenario=replace(scenario, crashes=SMALL_YEAR),
    )
    assert count == SMALL_YEAR
    assert done == sorted(done)
    assert done[-1] == 1.0
    with store.reading() as unit:
        assert unit.origins.has_demo()
        assert unit.crashes.count() == SMALL_YEAR
        patterns = unit.patterns.list(limit=100)
        assert 25 <= len(patterns) <= 45
        assert sum(pattern.occurrence_count for pattern in patterns) == SMALL_YEAR
        assert any(pattern.validation_count for pattern in patterns)
        assert any(unit.solutions.of_pattern(pattern.id) for pattern in patterns)
        assert {"resolved", "regressed"} & {pattern.status for pattern in patterns}
    own = CrashAnalyzer(store, REDACTOR, EMBEDDER, 10_000_000)
    analysis = own.analyze(samples()[0].read(), samples()[0].file_name)[0]
    saved = own.save(analysis, None, END)
    with store.transaction() as unit:
        unit.origins.remove_demo()
    with store.reading() as unit:
        assert not unit.origins.has_demo()
        assert [crash.id for crash in unit.crashes.latest()] == [saved.crash.id]
        assert unit.crashes.count() == unit.variants.count() == unit.patterns.count() == 1


def test_filling_twice_the_same_gives_the_same(tmp_path: Path, scenario: Scenario) -> None:
    learnt = []
    for name in ("one", "two"):
        store = Store.open(f"sqlite:///{tmp_path / name}.db")
        fill_small(store, scenario)
        with store.reading() as unit:
            learnt.append(
                [
                    (pattern.pattern_name, pattern.occurrence_count, pattern.confidence_score, pattern.status)
                    for pattern in sorted(unit.patterns.list(limit=100), key=lambda pattern: pattern.id)
                ]
            )
    assert learnt[0] == learnt[1]


def test_a_database_with_crashes_is_left_alone(store: Store, scenario: Scenario) -> None:
    own = CrashAnalyzer(store, REDACTOR, EMBEDDER, 10_000_000)
    own.save(own.analyze(samples()[0].read(), samples()[0].file_name)[0], None, END)
    with pytest.raises(StoreError, match="only into an empty one"):
        fill(own, now=END)
    with store.reading() as unit:
        assert unit.crashes.count() == 1
        assert not unit.origins.has_demo()


BROKEN: dict[str, tuple[Callable[[str], str], str, str]] = {
    "no TOML": (lambda text: text + "\n[[", "", "scenario.toml"),
    "wrong type": (
        lambda text: text.replace("weight = 70", 'weight = "often"'),
        'weight = "often"',
        "patterns.0.weight",
    ),
    "unknown key": (lambda text: text.replace("weight = 70", "wait = 70"), "[[patterns]]", "patterns.0"),
    "unknown pattern": (
        lambda text: text.replace('target = "session-nil"', 'target = "nobody"'),
        'target = "nobody"',
        "unknown name 'nobody'",
    ),
    "chance over 1": (lambda text: text.replace("works = 0.85", "works = 1.5", 1), "", "less than or equal to 1"),
}


@pytest.mark.parametrize(("spoil", "line", "message"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_in_the_scenario_is_named(
    tmp_path: Path, spoil: Callable[[str], str], line: str, message: str
) -> None:
    path = tmp_path / "scenario.toml"
    text = spoil(SCENARIO_FILE.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        load_scenario(path)
    assert str(path) in str(error.value)
    assert message in str(error.value)
    if line:
        assert f"line {text.split(chr(10)).index(line) + 1}:" in str(error.value)


def test_the_scenario_is_all_used() -> None:
    tables = tomllib.loads(SCENARIO_FILE.read_text(encoding="utf-8"))
    scenario = load_scenario()
    assert len(scenario.patterns) == len(tables["patterns"]) == 41
    assert len({pattern.key for pattern in scenario.patterns}) == 41
