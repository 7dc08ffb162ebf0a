"""The relations on the page of a pattern, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.network.builder import CrashGraphBuilder
from crash_knowledge.settings import ROOT
from crash_knowledge.store.relations import Relation, RelationOrigin
from tests.network.story import with_story

EVIDENCE = "Within 30 minutes of 10 of 10 occurrences of “Broker is lost” came “Save fails”"
ALL: tuple[RelationOrigin, ...] = ("inferred", "confirmed", "rejected")


@pytest.fixture
def ends() -> tuple[int, int]:
    """Two patterns of which the first leads to the second; nobody looked for relations yet."""
    return with_story(services.open_store())


@pytest.fixture
def relation(ends: tuple[int, int]) -> Relation:
    """The relation between them, found."""
    CrashGraphBuilder(services.open_store()).discover_relationships(datetime.now(UTC))
    return stored(ends[0])


def stored(pattern_id: int) -> Relation:
    with services.open_store().reading() as unit:
        (found,) = unit.relations.of_pattern(pattern_id, ALL)
    return found


def page_of(pattern_id: int, by: str = "") -> AppTest:
    page = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60).switch_page("patterns.py")
    page.query_params["pattern"] = str(pattern_id)
    page.run()
    return page.text_input(key="validator").set_value(by).run() if by else page


def told(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(element.value for element in page.markdown)


def links(page: AppTest) -> list[str]:
    return [link.proto.label.replace("\\:", ":") for link in page.get("page_link")]


@pytest.mark.parametrize(("end", "words"), [(0, "Leads to"), (1, "Follows from")])
def test_a_relation_is_told_from_either_end(end: int, words: str, ends: tuple[int, int], relation: Relation) -> None:
    page = page_of(ends[end])
    assert EVIDENCE in told(page)
    assert "found by counting, judged by nobody yet" in told(page)
    name = ("Broker is lost", "Save fails")[1 - end]
    assert f"{words} {ends[1 - end]}: {name}" in links(page)


def test_the_way_to_the_other_pattern_and_back(ends: tuple[int, int], relation: Relation) -> None:
    page = page_of(ends[0])
    for wanted in (ends[1], ends[0]):
        page.query_params["pattern"] = str(wanted)
        page.run()
        assert not page.exception
        assert page.selectbox(key="pattern").value == str(wanted)
    page.selectbox(key="pattern").select(str(ends[1])).run()
    assert page.query_params["pattern"] == str(ends[1])
    page.run()
    assert page.selectbox(key="pattern").value == str(ends[1])


def test_without_a_name_nothing_can_be_judged(ends: tuple[int, int], relation: Relation) -> None:
    page = page_of(ends[0])
    for verdict in ("confirmed", "rejected"):
        assert page.button(key=f"relation-{relation.id}-{verdict}").disabled


@pytest.mark.parametrize(("verdict", "shown"), [("confirmed", "confirmed by a person"), ("rejected", "1 rejected")])
def test_a_person_judges_and_takes_it_back(verdict: str, shown: str, ends: tuple[int, int], relation: Relation) -> None:
    page = page_of(ends[0], by="Ann")
    page.button(key=f"relation-{relation.id}-{verdict}").click().run()
    assert stored(ends[0]).origin == verdict
    assert f"The relation is {verdict} by a person" in page.success[0].value.replace("\\", "")
    assert shown in told(page) + "".join(one.label for one in page.expander)
    page.button(key=f"relation-{relation.id}-unsure").click().run()
    assert stored(ends[0]).origin == "inferred"
    with services.open_store().reading() as unit:
        said = unit.validations.of_pattern(ends[0])
    assert sorted((one.verdict, one.validated_by) for one in said) == [(verdict, "Ann"), ("unsure", "Ann")]


def test_a_relation_that_went_meanwhile_is_told(ends: tuple[int, int], relation: Relation) -> None:
    page = page_of(ends[0], by="Ann")
    with services.open_store().transaction() as unit:
        unit.relations.drop_inferred([relation.id])
    page.button(key=f"relation-{relation.id}-confirmed").click().run()
    assert not page.exception
    assert "relation" in page.error[0].value
    assert "No relation is known" in "".join(one.value for one in page.info)


def test_looking_for_relations_finds_them(ends: tuple[int, int]) -> None:
    page = page_of(ends[0])
    assert "No relation is known" in "".join(one.value for one in page.info)
    page.button(key="relations-look").click().run()
    assert "Looked at all patterns: 1 relation in 56 crashes of 5 patterns" in page.success[0].value.replace("\\", "")
    assert EVIDENCE in told(page)
    assert stored(ends[0]).origin == "inferred"


def test_names_are_shown_as_text(ends: tuple[int, int], relation: Relation) -> None:
    with services.open_store().transaction() as unit:
        unit.patterns.rename(ends[1], "*Save* [fails](http://a.example)")
    page = page_of(ends[0])
    assert "\\*Save\\* \\[fails\\]" in told(page)
    assert any("\\*Save\\*" in label for label in links(page))
