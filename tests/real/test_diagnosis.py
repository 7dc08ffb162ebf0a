"""What diagnosis says of the ten real dumps, against a reading by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from crash_knowledge.diagnosis import Diagnosis, diagnose, user_action
from crash_knowledge.redaction import Redactor
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

ACTIONS = {
    "UPG_2024R1_crash_WCR_19-3_10-4-34.txt": ["upgrade", "story_MGXPRODUCT_6261_CDChangeTracking", "MGXPRODUCT-6261"],
    "WCR_14-4_11-18-44.txt": ['"Save"', "Interstitial schedule assistant", "toolbar"],
    "WCR_16-4_11-40-58.txt": ['"SmartClip"', "Copyright sheet in a period browser"],
    "WCR_16-4_11-48-23.txt": ['"SmartClip"', "Copyright sheet in a period browser"],
    "WCR_2-4_16-10-30.txt": ['"Save"', '"Contract navigator", which had unsaved changes', "left mouse button"],
    "WCR_2-4_16-2-37.txt": ['"Save"', '"Contract navigator", which had unsaved changes', "left mouse button"],
    "WCR_24-3_18-29-18.txt": ['"Open alternative playlist..."', "Continuity plan", '> "New"'],
    "WCR_25-11_9-42-27.txt": ["The service CM2UpdateService"],
    "WCR_28-2_14-45-38.txt": ["logging in, in the login window"],
    "WCR_3-12_9-21-32.txt": ['"Open"', "Contract browser"],
}
CODE = {
    "UPG_2024R1_crash_WCR_19-3_10-4-34.txt": "is base code: WOWInstallationScripts>>story_MGXPRODUCT_6261",
    "WCR_14-4_11-18-44.txt": "is Northlight's own code: WII_InboxMatchingTimeAllocationSynchronizatorNorthlight>>",
    "WCR_16-4_11-40-58.txt": "is base code: WOnXMLAbstractConceptProvider>>conceptsOfType:",
    "WCR_2-4_16-2-37.txt": "is base code: CM2LicenseWindow>>reliesOnNonExistingOtherRight",
    "WCR_24-3_18-29-18.txt": "is base code: WOnUserSettings class>>retrieveForCurrentUser",
    "WCR_25-11_9-42-27.txt": "is base code: CM2UpdateRunLogRecord>>contractProductExistsInBroadcastRightGroup",
    "WCR_3-12_9-21-32.txt": "is base code that runs for SX: CM2Contract>>allChannels",
}
CAUSES = {
    "UPG_2024R1_crash_WCR_19-3_10-4-34.txt": "CDChangeTrackingDefinitionForPostProcessing_Expand does not understand",
    "WCR_14-4_11-18-44.txt": "nil got the message #sequenceNr: with the argument 13, sent in WII_InboxMatching",
    "WCR_16-4_11-40-58.txt": "The class WOnContinuityDayORIOLE does not understand #rootClass",
    "WCR_2-4_16-2-37.txt": "nil got the message #isRelativeToEachAiring, sent in CM2LicenseWindow>>relies",
    "WCR_25-11_9-42-27.txt": "nil got the message #productInContractFor:, sent in CM2UpdateRunLogRecord>>contract",
}
SILENT_ON_MESSAGES = ["WCR_24-3_18-29-18.txt", "WCR_28-2_14-45-38.txt", "WCR_3-12_9-21-32.txt"]
WITHOUT_CENSUS = {name for name in ACTIONS if name[:3] != "UPG" and not name.startswith("WCR_2-4")}


def redacted(folder: Path, name: str) -> Dump:
    (dump,) = read_dumps((folder / name).read_bytes(), name).dumps
    return Redactor(bytes(range(32))).redact(dump).dump


def sentence(diagnosis: Diagnosis, rule: str) -> str | None:
    return next((finding.sentence for finding in diagnosis.findings if finding.rule == rule), None)


@pytest.mark.parametrize("name", ACTIONS)
def test_user_action(real_dumps: Path, name: str) -> None:
    action = user_action(diagnose(redacted(real_dumps, name)))
    assert action is not None
    for words in ACTIONS[name]:
        assert words in action


@pytest.mark.parametrize("name", CODE)
def test_whose_code(real_dumps: Path, name: str) -> None:
    assert CODE[name] in (sentence(diagnose(redacted(real_dumps, name)), "whose_code") or "")


@pytest.mark.parametrize("name", CAUSES)
def test_who_did_not_understand_what(real_dumps: Path, name: str) -> None:
    assert CAUSES[name] in (sentence(diagnose(redacted(real_dumps, name)), "not_understood") or "")


@pytest.mark.parametrize("name", SILENT_ON_MESSAGES)
def test_nothing_is_said_of_messages_where_none_failed(real_dumps: Path, name: str) -> None:
    assert sentence(diagnose(redacted(real_dumps, name)), "not_understood") is None


def test_memory_story(real_dumps: Path) -> None:
    diagnosis = diagnose(redacted(real_dumps, "WCR_3-12_9-21-32.txt"))
    assert sentence(diagnosis, "memory_full") == "Memory was full: 500 MB of 512 MB used (98 %)"
    assert "'WHATS'ON Launcher' was at work" in (sentence(diagnosis, "culprit") or "")
    assert sentence(diagnosis, "memory_limit_not_set") is not None


def test_dangling_reference_and_doubled_lines(real_dumps: Path) -> None:
    diagnosis = diagnose(redacted(real_dumps, "WCR_25-11_9-42-27.txt"))
    dangling = sentence(diagnosis, "dangling_reference")
    assert dangling is not None
    assert dangling.startswith(
        "In the CM2UpdateRunLogRecord, broadcastRightGroup is nil but broadcastRightGroupOID is "
    )
    assert sentence(diagnosis, "doubled_lines") is not None


def test_not_connected_only_at_the_failed_login(real_dumps: Path) -> None:
    said = {name: sentence(diagnose(redacted(real_dumps, name)), "not_connected") for name in ACTIONS}
    assert [name for name, what in said.items() if what] == ["WCR_28-2_14-45-38.txt"]


def test_missing_census(real_dumps: Path) -> None:
    said = {name for name in ACTIONS if sentence(diagnose(redacted(real_dumps, name)), "no_census")}
    assert said == WITHOUT_CENSUS


@pytest.mark.parametrize("name", ACTIONS)
def test_every_finding_shows_lines_of_the_file_and_no_rule_fails(real_dumps: Path, name: str) -> None:
    lines = (real_dumps / name).read_text(encoding="utf-8").split("\n")
    diagnosis = diagnose(redacted(real_dumps, name))
    assert diagnosis.notes == ()
    for finding in diagnosis.findings:
        assert finding.lines or finding.rule == "no_census"
        for line in finding.lines:
            assert lines[line - 1].strip(), finding
