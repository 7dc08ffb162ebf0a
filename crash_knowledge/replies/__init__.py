"""The reply to the customer and to colleagues: deterministic text from verified facts, in four languages."""

from crash_knowledge.replies.composer import compose
from crash_knowledge.replies.facts import ReplyFacts, reply_facts
from crash_knowledge.replies.model import LANGUAGES, READERS, Language, Paragraph, Reader, Reply, Sentence
from crash_knowledge.replies.rendering import FORMATS, Format, render

__all__ = [
    "FORMATS",
    "LANGUAGES",
    "READERS",
    "Format",
    "Language",
    "Paragraph",
    "Reader",
    "Reply",
    "ReplyFacts",
    "Sentence",
    "compose",
    "render",
    "reply_facts",
]
