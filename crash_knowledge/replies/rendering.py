"""A reply as plain text, Markdown, a draft e-mail and the text of a Jira ticket."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal, get_args

from crash_knowledge.escaping import jira_text, markdown_text, printable
from crash_knowledge.replies.model import Paragraph, Reply, Sentence

Format = Literal["text", "markdown", "eml", "ticket"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(reply: Reply, form: Format) -> str:
    """The reply in a format; an e-mail as its source, with CRLF line ends."""
    renderers: dict[Format, Callable[[Reply], str]] = {
        "text": as_text,
        "markdown": as_markdown,
        "eml": as_email,
        "ticket": as_ticket,
    }
    return renderers[form](reply)


def as_text(reply: Reply) -> str:
    """Plain text: the subject, then the paragraphs."""
    return f"{printable(reply.subject)}\n\n{_body(reply)}"


def as_markdown(reply: Reply) -> str:
    """Markdown; the mark of what is not verified is bold."""
    mark = f"**{markdown_text(reply.mark)}**"

    def paragraph(one: Paragraph) -> str:
        sentences = [_marked(sentence, mark, markdown_text) for sentence in one.sentences]
        text = "\n".join(f"- {sentence}" for sentence in sentences) if one.bullets else " ".join(sentences)
        return f"## {markdown_text(one.heading)}\n\n{text}" if one.heading else text

    return "\n\n".join([f"# {markdown_text(reply.subject)}", *map(paragraph, reply.paragraphs)]) + "\n"


def as_ticket(reply: Reply) -> str:
    """Jira wiki markup; the mark of what is not verified is bold."""
    mark = f"*{jira_text(reply.mark)}*"

    def paragraph(one: Paragraph) -> str:
        sentences = [_marked(sentence, mark, jira_text) for sentence in one.sentences]
        text = "\n".join(f"* {sentence}" for sentence in sentences) if one.bullets else " ".join(sentences)
        return f"h3. {jira_text(one.heading)}\n{text}" if one.heading else text

    return "\n\n".join([f"h2. {jira_text(reply.subject)}", *map(paragraph, reply.paragraphs)]) + "\n"


def as_email(reply: Reply) -> str:
    """A draft without sender and receivers, UTF-8; mail programs open it for editing (``X-Unsent``)."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = printable(reply.subject)
    message["X-Unsent"] = "1"
    message.set_content(_body(reply), charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = reply.language
    return message.as_bytes().decode("ascii")


def _body(reply: Reply) -> str:
    def paragraph(one: Paragraph) -> str:
        sentences = [_marked(sentence, reply.mark, printable) for sentence in one.sentences]
        text = "\n".join(f"- {sentence}" for sentence in sentences) if one.bullets else " ".join(sentences)
        return f"{printable(one.heading)}\n{text}" if one.heading else text

    return "\n\n".join(map(paragraph, reply.paragraphs)) + "\n"


def _marked(sentence: Sentence, mark: str, escaped: Callable[[str], str]) -> str:
    text = escaped(sentence.text)
    return text if sentence.verified else f"{mark} {text}"
