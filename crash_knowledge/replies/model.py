"""A reply: who reads it, in which language, and its sentences, each verified or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Reader = Literal["customer", "support", "developer", "manager"]
Language = Literal["en", "nl", "fr", "de"]

READERS: tuple[Reader, ...] = get_args(Reader)
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``verified``: its fact is certain. The others follow from the dump as a rule, or are candidates."""

    text: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together; ``heading`` is empty in most, ``bullets`` puts each sentence on a line."""

    sentences: tuple[Sentence, ...]
    heading: str = ""
    bullets: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """``mark``: what stands before a sentence that is not verified, in the reply's language."""

    reader: Reader
    language: Language
    subject: str
    paragraphs: tuple[Paragraph, ...]
    mark: str

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)
