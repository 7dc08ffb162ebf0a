"""The ten real dumps, in the order in which they happened, matched and learnt one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from crash_knowledge.fingerprint.keys import fingerprint
from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.naming import pattern_name
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.store import Store
from crash_knowledge.wcr.reading import read_dumps
from tests.matching.crashes import BEGIN, Knowledge

SAME = {
    "WCR_16-4_11-48-23.txt": "WCR_16-4_11-40-58.txt",
    "WCR_2-4_16-10-30.txt": "WCR_2-4_16-2-37.txt",
}
"""The later dump of a crash with the earlier one."""

NAMES = {
    "WCR_2-4_16-2-37.txt": (
        "#isRelativeToEachAiring not understood by nil in CM2LicenseWindow>>reliesOnNonExistingOtherRight"
    ),
    "WCR_16-4_11-40-58.txt": (
        "#rootClass not understood by WOnContinuityDay class in WOnXMLAbstractConceptProvider>>conceptsOfType:"
    ),
    "WCR_24-3_18-29-18.txt": (
        "ORA-00942: table or view does not exist in WOnUserSettings class>>retrieveForCurrentUser"
    ),
    "WCR_28-2_14-45-38.txt": "External object not found in WOnAbstractLoginDialog>>acceptAction",
    "WCR_3-12_9-21-32.txt": "Emergency: No Space Left in CM2Contract>>allChannels (process WHATS'ON Launcher)",
}


@pytest.fixture(scope="module")
def fingerprints(real_dumps: Path) -> dict[str, tuple[datetime, Fingerprint]]:
    """By file name, in time order."""
    found = {}
    for path in real_dumps.iterdir():
        (dump,) = read_dumps(path.read_bytes(), path.name).dumps
        assert dump.utc_time is not None
        found[path.name] = (dump.utc_time, fingerprint(dump))
    return dict(sorted(found.items(), key=lambda item: item[1][0]))


@pytest.fixture(scope="module")
def verdicts(fingerprints: dict[str, tuple[datetime, Fingerprint]]) -> Iterator[dict[str, tuple[CrashMatch, int]]]:
    """The verdict on each dump and the pattern that it was learnt under: the known one, or a new one."""
    store = Store.open("sqlite://")
    knowledge = Knowledge(store, SmartCrashMatcher(store))
    learnt = {}
    for name, (at, one) in fingerprints.items():
        knowledge.days = (at - BEGIN).total_seconds() / 86_400
        match = knowledge.match(one)
        learnt[name] = (match, knowledge.learn(one, match.pattern_id))
    yield learnt
    store.close()


def test_ten_dumps_are_eight_patterns(verdicts: dict[str, tuple[CrashMatch, int]]) -> None:
    assert len(verdicts) == 10
    assert len({pattern_id for _, pattern_id in verdicts.values()}) == 8


@pytest.mark.parametrize(("later", "earlier"), SAME.items())
def test_a_crash_that_came_again_is_known_at_exact(
    verdicts: dict[str, tuple[CrashMatch, int]], later: str, earlier: str
) -> None:
    match, _ = verdicts[later]
    assert (match.is_new, match.level, match.pattern_id) == (False, "exact", verdicts[earlier][1])
    assert match.confidence > 0.95


def test_every_other_crash_is_new_by_far(verdicts: dict[str, tuple[CrashMatch, int]]) -> None:
    for name in verdicts.keys() - SAME.keys():
        assert verdicts[name][0].is_new, name
        assert verdicts[name][0].confidence > 0.7, name


def test_the_low_memory_dump_is_told_by_the_launcher(fingerprints: dict[str, tuple[datetime, Fingerprint]]) -> None:
    _, low = fingerprints["WCR_3-12_9-21-32.txt"]
    assert (low.process, low.culprit) == ("WHATS'ON Launcher", True)


@pytest.mark.parametrize(("file", "name"), NAMES.items())
def test_patterns_have_names_that_people_understand(
    fingerprints: dict[str, tuple[datetime, Fingerprint]], file: str, name: str
) -> None:
    assert pattern_name(fingerprints[file][1]) == name
