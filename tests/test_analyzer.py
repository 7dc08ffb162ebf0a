"""The way of a dump through the analyzer, with the installation's own services and the bundled samples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crash_knowledge import services
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.errors import InputTooLarge, NotADump
from crash_knowledge.knowledge.review import Review
from crash_knowledge.samples import samples
from crash_knowledge.settings import SAMPLES_DIR
from tests.knowledge.dumps import dump_bytes, dump_text, file_of

FIRST, SECOND, VARIANT = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt", "WCR_3-2_11-20-45.txt"
"""Three samples of one crash: reviewed, the same two days later, and a variant at another site."""
PASSWORD = "WCR_28-4_10-41-6.txt"
SOLUTION = "Calculate the period of the run window first."


def sample(name: str) -> bytes:
    return (SAMPLES_DIR / name).read_bytes()


def only(content: bytes, name: str = "WCR.txt"):
    (analysis,) = services.analyzer().analyze(content, name)
    return analysis


@pytest.fixture(autouse=True)
def stored_figures_agree():
    yield
    assert services.open_store().verify() == ()


def test_analysing_stores_nothing() -> None:
    for one in samples():
        services.analyzer().analyze(one.read(), one.file_name)
    with services.open_store().reading() as unit:
        assert (unit.crashes.count(), unit.patterns.count(), unit.variants.count()) == (0, 0, 0)


def test_the_main_job_on_the_samples() -> None:
    """Review the first, and its sequels are known with the fix and what was said of it."""
    analyzer = services.analyzer()
    first = analyzer.save(only(sample(FIRST), FIRST), Review("Ann", new_solution=SOLUTION))
    for name in (SECOND, VARIANT):
        analysis = only(sample(name), name)
        match = analysis.match
        assert (match.is_new, match.pattern_id, match.pattern_name) == (
            False,
            first.pattern.id,
            first.pattern.pattern_name,
        )
        assert 0.7 < match.confidence < 1.0
        assert [solution.description for solution in match.verified_solutions] == [SOLUTION]
        assert analysis.judged.history.occurrence_count == 1
        assert analysis.judged.stored_before is None


def test_all_samples_make_the_patterns_that_they_tell_of() -> None:
    """Three dumps of one crash and two failed logons; each of the others is a crash of its own."""
    analyzer = services.analyzer()
    places = {}
    for one in samples():
        for analysis in analyzer.analyze(one.read(), one.file_name):
            learned = analyzer.save(analyzer.rematch(analysis), None)
            places[one.file_name, analysis.dump.index] = learned.pattern.id
    assert len(places) == 13
    assert len(set(places.values())) == 10
    assert places[FIRST, 0] == places[SECOND, 0] == places[VARIANT, 0]
    assert places["WCR_2-4_9-59-17.txt", 0] == places["WCR_2-4_9-59-17.txt", 1]


def test_rematching_sees_what_was_saved_meanwhile() -> None:
    analyzer = services.analyzer()
    early = only(dump_bytes(days=1))
    saved = analyzer.save(only(dump_bytes()), None)
    assert early.match.is_new
    late = analyzer.rematch(early)
    assert late.match.pattern_id == saved.pattern.id
    assert (late.dump, late.dump_hash) == (early.dump, early.dump_hash)
    assert late.fingerprint.exact == early.fingerprint.exact


def test_dumps_of_a_file_come_in_file_order_with_their_own_hashes() -> None:
    texts = [dump_text(days=days) for days in (3, 1, 2)]
    analyses = services.analyzer().analyze(file_of(*texts), "mail.txt")
    assert [analysis.dump.index for analysis in analyses] == [0, 1, 2]
    assert [analysis.occurred_at.day for analysis in analyses] == [17, 15, 16]
    assert len({analysis.dump_hash for analysis in analyses}) == 3
    assert len({analysis.file_hash for analysis in analyses}) == 1


def test_no_secret_of_a_dump_is_in_its_analysis_or_in_the_database(installation) -> None:
    analysis = only(sample(PASSWORD), "lucia.ferrer.txt")
    saved = services.analyzer().save(analysis, None)
    assert [secret.kind for secret in analysis.secrets] == ["password"]
    services.open_store().close()
    written = b"".join(path.read_bytes() for path in sorted(installation.glob("knowledge.db*")))
    shown = f"{analysis!r}{analysis.dump.text}{saved!r}{analysis.fingerprint.semantic_text}"
    for planted in ("Sample-Passw0rd", "lucia.ferrer", "lferrer", "MAREA-WS-17"):
        assert planted.lower() not in shown.lower()
        assert planted.lower().encode() not in written.lower()


def test_a_dump_without_any_time_happened_when_it_was_analysed() -> None:
    text = dump_text().replace("==2025/1/14==9:05:12==", "==?==?==")
    now = datetime(2025, 3, 1, tzinfo=UTC)
    (analysis,) = services.analyzer().analyze(file_of(text), "WCR.txt", now)
    assert analysis.dump.header.local_time is None
    assert analysis.occurred_at == now


def test_the_time_of_a_dump_counts_and_not_that_of_the_analysis() -> None:
    (analysis,) = services.analyzer().analyze(dump_bytes(), "WCR.txt", datetime(2030, 1, 1, tzinfo=UTC))
    assert analysis.occurred_at == analysis.dump.utc_time
    assert analysis.dump.header.local_time.replace(tzinfo=UTC) - analysis.occurred_at == timedelta(hours=1)


@pytest.mark.parametrize("content", [b"", b"Hello", b"\x00\x01\x02" * 100, b"PK\x03\x04rest"])
def test_what_is_no_dump_is_refused_by_its_name_without_folders(content: bytes) -> None:
    with pytest.raises(NotADump, match=r"^note\.txt holds no WCR dump: .+\.$"):
        services.analyzer().analyze(content, "/home/ann/note.txt")


def test_a_file_over_the_limit_is_refused_with_what_to_do() -> None:
    analyzer = CrashAnalyzer(services.open_store(), services.redactor(), services.embedder(), max_bytes=1000)
    with pytest.raises(InputTooLarge, match=r"^big\.txt has .*CRASH_KNOWLEDGE_MAX_UPLOAD_MB"):
        analyzer.analyze(dump_bytes(), "mail/big.txt")
