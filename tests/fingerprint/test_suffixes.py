"""Customer suffixes: which tags may be learnt, where a learnt one is stripped, and that rules have numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash_knowledge.fingerprint.frames import normal_frames, read_method
from crash_knowledge.fingerprint.keys import fingerprint, fingerprint_stack
from crash_knowledge.fingerprint.rules import Rules, rules_with, shipped_rules
from crash_knowledge.fingerprint.suffixes import CustomerSuffixes, is_teachable, ordinary_endings, teachable
from crash_knowledge.samples import SAMPLES_DIR
from crash_knowledge.wcr.reading import read_dumps

SITES = ["BRX", "CHONE", "FJORD", "KSTRL", "Marea", "Northlight", "ORIOLE", "QUAY", "STVNL", "SX", "TMRN"]


@pytest.mark.parametrize(
    ("tag", "may_be_learnt"),
    [
        ("FJORD", True),
        ("Marea", True),
        ("TV2", True),
        ("SX", False),
        ("fjord", False),
        ("2FJ", False),
        ("Fjord TV", False),
        ("Fj_rd", False),
        ("", False),
        ("View", False),
        ("VIEW", False),
        ("XML", False),
        ("Window", False),
    ],
)
def test_tags_that_may_be_learnt(tag: str, may_be_learnt: bool) -> None:
    assert is_teachable(tag) is may_be_learnt


@pytest.mark.parametrize(
    ("class_name", "stripped"),
    [
        ("WOnLauncherFJORD", "WOnLauncher"),
        ("WOnLauncherFJORD class", "WOnLauncher class"),
        ("CM2FJORD", "CM2"),
        ("PSIMarea", "PSI"),
        ("WOnLauncherBRX", "WOnLauncher"),
        ("PSIBRX", "PSI"),
        ("AFJORD", "AFJORD"),
        ("XYFJORD", "XYFJORD"),
        ("FJORD", "FJORD"),
        ("TransVERSION", "TransVERSION"),
        ("FJORDLauncher", "FJORDLauncher"),
        ("LauncherFjord", "LauncherFjord"),
        ("LauncherBRXFJORD", "LauncherBRXFJORD"),
        ("LauncherFJORDBRX", "LauncherFJORD"),
    ],
)
def test_where_a_suffix_is_stripped(class_name: str, stripped: str) -> None:
    """BRX is given and taken at its word; the others are learnt and must be a word of their own."""
    suffixes = CustomerSuffixes(frozenset({"BRX"}), frozenset({"FJORD", "Marea", "ION"}))
    assert suffixes.stripped(class_name) == stripped


@given(st.text("aAbBrRxXFJ2", max_size=12), st.frozensets(st.text("aAbBrRxX", min_size=1, max_size=4)))
def test_what_is_left_begins_the_class_and_is_never_short(name: str, tags: frozenset[str]) -> None:
    left = CustomerSuffixes(frozenset(), tags).stripped(name)
    assert name.startswith(left)
    assert left == name or (len(left) >= 3 and name[len(left) :] in tags)


def test_a_learnt_tag_makes_the_crash_of_another_site_the_same() -> None:
    cause = "Unhandled exception: Key not found"
    plain, customised = (
        [f"Namespace.{name}>>open", "Namespace.PSIShell>>run"] for name in ("WOnStart", "WOnStartKSTRL")
    )
    assert fingerprint_stack(cause, plain).exact != fingerprint_stack(cause, customised).exact
    learnt = rules_with({"KSTRL"})
    assert (
        fingerprint_stack(cause, plain, rules=learnt).exact == fingerprint_stack(cause, customised, rules=learnt).exact
    )


def test_a_fingerprint_carries_the_keys_of_earlier_rules_where_they_differ() -> None:
    (dump,) = read_dumps((SAMPLES_DIR / "WCR_14-1_9-5-12.txt").read_bytes()).dumps
    first_class = fingerprint(dump).in_app[0].text.partition(">>")[0]
    ending = first_class[4:]
    rules = shipped_rules()
    listed = Rules(replace(rules.lists, customer_suffixes=(ending,)))
    now, before = fingerprint(dump, listed, [rules, rules_with(["Unseen"])]), fingerprint(dump, rules)
    assert now.exact_keys == (now.exact, before.exact)
    assert now.structural_keys == (now.structural, before.structural)
    unchanged = fingerprint(dump, rules_with(["Unseen"]), [rules])
    assert (unchanged.exact, unchanged.earlier) == (before.exact, ())
    assert unchanged.version != before.version


class TestRules:
    def test_the_number_is_of_what_decides_about_keys(self) -> None:
        rules = shipped_rules()
        lists = rules.lists
        other = [
            replace(rules, program=rules.program + 1),
            replace(rules, learnt=frozenset({"FJORD"})),
            replace(rules, lists=replace(lists, customer_suffixes=(*lists.customer_suffixes, "FJORD"))),
            replace(rules, lists=replace(lists, framework_prefixes=lists.framework_prefixes[1:])),
            replace(rules, lists=replace(lists, classes=lists.classes | {"Foo"})),
            replace(rules, lists=replace(lists, selectors=lists.selectors | {"foo"})),
            replace(rules, lists=replace(lists, methods=lists.methods | {("Foo", "foo")})),
        ]
        assert len({rules.version, *(one.version for one in other)}) == len(other) + 1
        assert all(0 <= one.version < 2**31 for one in other)

    def test_the_order_of_a_list_does_not_matter(self) -> None:
        rules = shipped_rules()
        turned = replace(rules.lists, customer_suffixes=rules.lists.customer_suffixes[::-1])
        assert replace(rules, lists=turned).version == rules.version

    def test_rules_come_back_from_their_content(self) -> None:
        rules = rules_with(SITES)
        again = Rules.from_content(json.loads(json.dumps(rules.content())))
        assert again.version == rules.version
        assert normal_frames(["FooFJORD>>bar", "Error>>signal"], rules=again) == normal_frames(
            ["FooFJORD>>bar", "Error>>signal"], rules=rules
        )

    def test_only_teachable_tags_are_learnt(self) -> None:
        assert rules_with(["FJORD", "View", "SX", "x y"]).learnt == {"FJORD"}
        assert rules_with(["View"]).version == shipped_rules().version


def test_the_shipped_endings_are_words_and_name_no_site_of_the_samples() -> None:
    assert {"view", "window", "sql"} <= ordinary_endings()
    assert teachable(SITES) == set(SITES) - {"SX"}


def test_no_ordinary_class_of_the_samples_loses_its_end() -> None:
    """A class seen at two sites is no customer's own: no tag learnt from all sites may strip it."""
    sites = sites_of_classes(path.read_bytes() for path in SAMPLES_DIR.glob("*.txt"))
    ordinary = [name for name, seen_at in sites.items() if len(seen_at) > 1]
    assert len(ordinary) > 100
    learnt = CustomerSuffixes(frozenset(), rules_with(SITES).learnt)
    assert [name for name in ordinary if learnt.stripped(name) != name] == []
    unguarded = CustomerSuffixes(frozenset(), frozenset({"Window"}))
    assert any(unguarded.stripped(name) != name for name in ordinary)


def sites_of_classes(contents: Iterable[bytes]) -> dict[str, set[str]]:
    """Class name without namespace -> the customers in whose stacks and object counts it stands."""
    sites: dict[str, set[str]] = {}
    for content in contents:
        for dump in read_dumps(content).dumps:
            processes = [dump.active_process, *dump.quiescent_processes, *dump.suspended_processes]
            methods = [read_method(frame.text) for process in processes if process for frame in process.frames]
            names = {method.implementor.removesuffix(" class") for method in methods if method}
            names |= {row.class_name.rpartition(".")[2] for row in dump.census}
            for name in names:
                sites.setdefault(name, set()).update(fingerprint(dump).customer_tags)
    return sites
