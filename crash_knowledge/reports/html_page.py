"""A crash report as one HTML page without scripts or anything from elsewhere; prints well."""

from __future__ import annotations

from crash_knowledge.escaping import html_text
from crash_knowledge.reports.blocks import Block, Heading, Items, Listing, Table, Text, blocks
from crash_knowledge.reports.crash_report import CrashReport

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #111418; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
p.strong { font-size: 1.1rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #c9ced6; }
th, td, p, li { overflow-wrap: anywhere; }
pre { background: #f4f5f7; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; } h2 { break-after: avoid; }
  tr, li { break-inside: avoid; } pre { background: none; border: 1px solid #c9ced6; font-size: 8pt; }
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(report: CrashReport) -> str:
    """The page; its content security policy forbids scripts, pictures and requests."""
    title = html_text(report.title)
    body = "\n".join(map(_html, blocks(report)))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html_text(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{html_text(text)}</h2>"
        case Text(text, strong):
            return f'<p class="strong">{html_text(text)}</p>' if strong else f"<p>{html_text(text)}</p>"
        case Items(texts):
            return f"<ul>{''.join(f'<li>{html_text(text)}</li>' for text in texts)}</ul>"
        case Listing(lines):
            return "<pre>" + "\n".join(map(html_text, lines)) + "</pre>"
        case Table(header, rows):
            return _table(header, rows)


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    head = "".join(f'<th scope="col">{html_text(name)}</th>' for name in header)
    lines = [f"<thead><tr>{head}</tr></thead>"] if header else []
    for row in rows:
        first, *others = map(html_text, row)
        cells = "".join(f"<td>{cell}</td>" for cell in others)
        begin = f"<td>{first}</td>" if header else f'<th scope="row">{first}</th>'
        lines.append(f"<tr>{begin}{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"
