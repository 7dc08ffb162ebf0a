"""The report of one crash, in four formats: complete, and harmless whatever the dump says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from crash_knowledge import services
from crash_knowledge.analyzer import Analysis
from crash_knowledge.knowledge.review import Review
from crash_knowledge.reports.crash_report import CrashReport, StackLine, crash_report
from crash_knowledge.reports.rendering import REPORT_FORMATS, ReportFormat, render_report
from crash_knowledge.samples import Sample, samples
from crash_knowledge.verdict.card import CardFact
from tests.knowledge.dumps import dump_bytes
from tests.replies.test_rendering import CONTROLS, HOSTILE

NOW = datetime(2025, 2, 1, 12, 30, tzinfo=UTC)
SECRETS = ("solberg", "lunde", "holloway", "okafor", "ferrer", "vandamme", "tiger", "fjv-ts", "mareatv", "fjordvision")


def analysis(content: bytes | None = None) -> Analysis:
    return services.analyzer().analyze(content or dump_bytes(), "WCR_14-1_9-5-12.txt")[0]


@pytest.fixture
def known() -> CrashReport:
    """The report of the second dump of a crash whose first was reviewed with a solution."""
    review = Review(validator="Ann", verdict="new", new_solution="Calculate the period first.")
    services.analyzer().save(analysis(), review)
    return crash_report(analysis(dump_bytes(days=1)), NOW)


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def shown(report: CrashReport, form: ReportFormat) -> str:
    """What a reader sees of the report: one line, Markdown and HTML without their markup."""
    content = render_report(report, form)
    if form == "pdf":
        text = pdf_text(content)
    elif form == "html":
        page = Page()
        page.feed(content.decode())
        text = " ".join(page.texts)
    else:
        text = content.decode().replace("\\", "")
    return " ".join(text.split())


class Page(HTMLParser):
    """Elements and texts of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_every_format_tells_the_whole_story(known: CrashReport, form: ReportFormat) -> None:
    text = shown(known, form)
    for part in (
        "Crash report: WCR_14-1_9-5-12.txt, dump 1",
        "Known crash",
        "Calculate the period first.",
        "worked once",
        "FJORD",
        "2024r2.000.012",
        "Something was nil that should not be",
        "CM2RunWindow>>allowsRunOn:",
        "PLSlotPlanner>>doValidateDay",
        "Smalltalk",
    ):
        assert part in text, part


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_the_same_report_is_the_same_file(known: CrashReport, form: ReportFormat) -> None:
    assert render_report(known, form) == render_report(known, form)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file_name)
def test_every_sample_can_be_reported_and_names_nobody(sample: Sample) -> None:
    for one in services.analyzer().analyze(sample.read(), sample.file_name):
        report = crash_report(one, NOW)
        for form in REPORT_FORMATS:
            text = shown(report, form)
            assert "New crash" in text
            assert not [secret for secret in SECRETS if secret in text.lower()], form


def hostile(text: str) -> CrashReport:
    """A report with hostile text wherever a text can stand."""
    report = crash_report(analysis(), NOW)
    fact = CardFact(text, text)
    return replace(
        report,
        title=text,
        verdict=text,
        pattern_name=text,
        how_sure=text,
        release=text,
        history=(text, text),
        without_solution=text,
        warnings=(text,),
        facts=(fact,),
        findings=tuple(replace(one, label=text, sentence=text) for one in report.findings),
        why=(text,),
        stack=(StackLine(1, text, True),),
        environment=(fact,),
    )


@pytest.mark.parametrize("text", HOSTILE)
class TestHostileTexts:
    def test_html_has_no_element_or_attribute_that_we_did_not_write(self, text: str) -> None:
        page = Page()
        page.feed(render_report(hostile(text), "html").decode())
        harmless = Page()
        harmless.feed(render_report(hostile("harmless"), "html").decode())
        assert page.tags == harmless.tags
        assert page.attributes == harmless.attributes
        assert not {"script", "img", "a", "iframe", "link"} & set(page.tags)

    def test_markdown_has_the_structure_that_we_wrote(self, text: str) -> None:
        def structure(report: CrashReport) -> list[str]:
            tokens = MarkdownIt("commonmark").enable("table").parse(render_report(report, "markdown").decode())
            return [token.type for token in tokens]

        def inside(report: CrashReport) -> set[str]:
            tokens = MarkdownIt("commonmark").enable("table").parse(render_report(report, "markdown").decode())
            return {child.type for token in tokens for child in token.children or ()}

        assert structure(hostile(text)) == structure(hostile("harmless"))
        assert inside(hostile(text)) <= {"text", "text_special", "strong_open", "strong_close"}

    def test_pdf_is_made_and_shows_it(self, text: str) -> None:
        content = render_report(hostile(text), "pdf")
        reader = PdfReader(BytesIO(content))
        assert reader.metadata is not None
        assert "Names of users and computers are pseudonyms." in pdf_text(content)
        assert not any("/Annots" in page for page in reader.pages)
        assert "/OpenAction" not in reader.trailer["/Root"]

    def test_json_is_one_object(self, text: str) -> None:
        content = render_report(hostile(text), "json")
        assert json.loads(content)["title"] == text
        assert content.isascii()

    def test_no_control_character_comes_through(self, text: str) -> None:
        report = hostile(text)
        for form in ("markdown", "html", "pdf"):
            assert not CONTROLS & set(shown(report, form))
        assert not CONTROLS & set(render_report(report, "json").decode())


def test_pdf_shows_what_its_font_lacks(known: CrashReport) -> None:
    content = render_report(replace(known, title="Łuk Žižek 中 é – € 😀"), "pdf")
    assert "Łuk Žižek [U+4E2D] é – € [U+1F600]" in pdf_text(content)


def test_pdf_carries_the_title(known: CrashReport) -> None:
    metadata = PdfReader(BytesIO(render_report(known, "pdf"))).metadata
    assert metadata is not None
    assert metadata.title == "Crash report: WCR_14-1_9-5-12.txt, dump 1"


def test_pdf_breaks_what_is_too_long_for_a_page(known: CrashReport) -> None:
    fact = CardFact("Cause", "word " * 20_000)
    content = render_report(replace(known, facts=(fact,), environment=(CardFact("n" * 3000, "v" * 3000),)), "pdf")
    assert len(PdfReader(BytesIO(content)).pages) > 5


def test_html_loads_nothing_and_prints(known: CrashReport) -> None:
    page = render_report(known, "html").decode()
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert "@media print" in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_new_crash_says_what_a_review_would_do() -> None:
    report = crash_report(analysis(), NOW)
    assert report.confidence is None
    assert report.pattern_id is None
    assert "Your review makes it known" in shown(report, "markdown")


def test_long_stacks_are_cut_and_say_so(known: CrashReport) -> None:
    report = replace(known, frame_count=len(known.stack) + 7)
    assert "7 more frames are left out" in shown(report, "html")


def test_a_dump_that_says_nothing_is_reported_as_that() -> None:
    report = crash_report(analysis(b"==BEGIN RUNTIME DIAGNOSTIC DUMP\nnothing of use\n"), NOW)
    assert CardFact("Processes", "0") in report.environment
    for form in REPORT_FORMATS:
        assert "New crash" in shown(report, form)
    assert "This dump has no stack." in shown(report, "html")
