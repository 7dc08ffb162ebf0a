"""A crash report as Markdown, HTML, PDF and JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Literal, get_args

from crash_knowledge.escaping import markdown_code, markdown_text, printable
from crash_knowledge.reports.blocks import Block, Heading, Items, Listing, Table, Text, blocks
from crash_knowledge.reports.crash_report import CrashReport

ReportFormat = Literal["markdown", "html", "pdf", "json"]
REPORT_FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)
ENDINGS: dict[ReportFormat, str] = {"markdown": "md", "html": "html", "pdf": "pdf", "json": "json"}


def render_report(report: CrashReport, form: ReportFormat) -> bytes:
    """The report as a file's bytes; texts are UTF-8."""
    if form == "pdf":
        from crash_knowledge.reports.pdf import as_pdf

        return as_pdf(report)
    if form == "html":
        from crash_knowledge.reports.html_page import as_html

        return as_html(report).encode("utf-8")
    return (as_markdown(report) if form == "markdown" else as_json(report)).encode("utf-8")


def as_json(report: CrashReport) -> str:
    """All that the report holds, as one object; ASCII only, so that nothing in it can act."""
    return json.dumps(asdict(report), default=str, indent=2) + "\n"


def as_markdown(report: CrashReport) -> str:
    """GitHub's Markdown, in which every text of the dump shows as plain characters."""
    return "\n\n".join([f"# {markdown_text(report.title)}", *map(_markdown, blocks(report))]) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(text):
            return f"## {markdown_text(text)}"
        case Text(text, strong):
            return f"**{markdown_text(text)}**" if strong else markdown_text(text)
        case Items(texts):
            return "\n".join(f"- {markdown_text(text)}" for text in texts)
        case Listing(lines):
            return markdown_code([printable(line) for line in lines])
        case Table(header, rows):
            width = len(header) or 2
            table = [header or ("",) * width, ("---",) * width]
            table += [tuple(map(markdown_text, row)) for row in rows]
            return "\n".join(f"| {' | '.join(row)} |" for row in table)
