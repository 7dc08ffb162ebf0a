"""A crash report as PDF, with fonts that come with reportlab."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, ListFlowable, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as PdfTable

from crash_knowledge.escaping import html_text, printable
from crash_knowledge.reports.blocks import Block, Heading, Items, Listing, Table, Text, blocks
from crash_knowledge.reports.crash_report import CrashReport

_FONTS = {"Vera": "Vera.ttf", "Vera-Bold": "VeraBd.ttf"}
_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_LINE = HexColor("#c9ced6")
_BODY = ParagraphStyle("body", fontName="Vera", fontSize=8.5, leading=12, splitLongWords=1)
_STRONG = ParagraphStyle("strong", parent=_BODY, fontName="Vera-Bold", fontSize=10.5, leading=14)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Vera-Bold", fontSize=14, leading=18, spaceAfter=6)
_HEADING = ParagraphStyle("heading", parent=_STRONG, spaceBefore=10, spaceAfter=3, keepWithNext=1)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=7.5, leading=10)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName="Vera-Bold")
_CODE = ParagraphStyle("code", parent=_BODY, fontSize=7, leading=9, leftIndent=12, firstLineIndent=-12)
_SHARES = {2: (0.24, 0.76), 3: (0.2, 0.6, 0.2), 4: (0.12, 0.4, 0.4, 0.08)}
"""Widths of the columns of a table with so many, as shares of the page."""


def as_pdf(report: CrashReport) -> bytes:
    """The document, A4; the same report always gives the same bytes."""
    glyphs = _glyphs()
    target = BytesIO()
    title = printable(report.title)
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        subject=printable(report.verdict),
        creator="crash-knowledge",
        lang="en",
        invariant=1,
    )
    story: list[Flowable] = [_paragraph(report.title, _TITLE, glyphs)]
    for block in blocks(report):
        story += _flowables(block, glyphs)
    document.build(story, onFirstPage=_page_number, onLaterPages=_page_number)
    return target.getvalue()


def shown(text: str, glyphs: frozenset[int]) -> str:
    """The text with every character that the font lacks written as ``[U+4E2D]``."""
    return "".join(c if ord(c) in glyphs else f"[U+{ord(c):04X}]" for c in printable(text))


@cache
def _glyphs() -> frozenset[int]:
    """The characters that both fonts have; registers the fonts at the first call."""
    folder = Path(reportlab.__file__).parent / "fonts"
    have: list[set[int]] = []
    for name, file in _FONTS.items():
        font = TTFont(name, str(folder / file))
        registerFont(font)
        have.append(set(font.face.charToGlyph))
    registerFontFamily("Vera", normal="Vera", bold="Vera-Bold", italic="Vera", boldItalic="Vera-Bold")
    return frozenset(set.intersection(*have))


def _paragraph(text: str, style: ParagraphStyle, glyphs: frozenset[int]) -> Paragraph:
    return Paragraph(html_text(shown(text, glyphs)), style)


def _flowables(block: Block, glyphs: frozenset[int]) -> list[Flowable]:
    match block:
        case Heading(text):
            return [_paragraph(text, _HEADING, glyphs)]
        case Text(text, strong):
            return [_paragraph(text, _STRONG if strong else _BODY, glyphs), Spacer(0, 3)]
        case Items(texts):
            items = [_paragraph(text, _BODY, glyphs) for text in texts]
            return [ListFlowable(items, bulletType="bullet", bulletFontName="Vera", bulletFontSize=6, leftIndent=12)]
        case Listing(lines):
            return [_paragraph(line, _CODE, glyphs) for line in lines]
        case Table(header, rows):
            return [_table(header, rows, glyphs), Spacer(0, 4)]


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...], glyphs: frozenset[int]) -> Flowable:
    cells = [[_paragraph(name, _HEAD, glyphs) for name in header]] if header else []
    cells += [[_paragraph(text, _CELL, glyphs) for text in row] for row in rows]
    if not cells:
        return KeepTogether([])
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ]
    widths = [share * _WIDTH for share in _SHARES[len(cells[0])]]
    return PdfTable(cells, colWidths=widths, repeatRows=1 if header else 0, style=style, splitInRow=1)


def _page_number(canvas: Any, document: Any) -> None:
    canvas.setFont("Vera", 7)
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, str(document.page))
