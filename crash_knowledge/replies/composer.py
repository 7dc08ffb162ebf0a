"""Composes the reply: the same facts, reader and language always give the same text."""

from __future__ import annotations

from crash_knowledge.replies import inside, to_customer
from crash_knowledge.replies.facts import ReplyFacts
from crash_knowledge.replies.model import Language, Reader, Reply
from crash_knowledge.replies.phrases import phrases
from crash_knowledge.replies.speaker import Speaker


def compose(facts: ReplyFacts, reader: Reader, language: Language) -> Reply:
    """The reply for a reader, in a language, of verified facts; what is not verified is marked.

    Raises DataFileError when the language's phrases are wrong.
    """
    speaker = Speaker(facts, phrases(language), "customer" if reader == "customer" else "inside")
    if reader == "customer":
        subject = to_customer.subject(speaker)
        body, ending = list(to_customer.letter(speaker)), to_customer.ending(speaker)
    else:
        subject = inside.subject(speaker)
        body, ending = list(inside.message(speaker, reader)), inside.ending(speaker)
    said = [paragraph for paragraph in body if paragraph.sentences]
    paragraphs = (*said, *speaker.marked(said), *ending)
    return Reply(reader, language, subject, paragraphs, speaker.forms.text("mark"))
