"""How alike the new crash and each candidate variant are, by each measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import numpy as np

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.batch import Batch
from crash_knowledge.matching.candidates import Candidates
from crash_knowledge.matching.cosine import cosines, gram_weights, idf_weights
from crash_knowledge.matching.encoding import EncodedStack, Encoder, Floats, Ids
from crash_knowledge.matching.fast import fast_scores, rarity

FEWEST_DOCUMENTS = 30
"""A share of known stacks means little while there are few: at least so many are taken to be there."""

DocumentFrequency = Callable[[Iterable[str]], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Scores:
    """One value a candidate variant.

    FaST scores (``fast``, ``in_app``, ``classes``) lie in -1..1, cosines in 0..1 (``text``: -1..1); ``in_app_prefix``
    counts the first in-app frames that are equal; the rest are 0 or 1.
    """

    fast: Floats
    in_app: Floats
    in_app_prefix: Floats
    classes: Floats
    grams: Floats
    words: Floats
    text: Floats
    exact: Floats
    structural: Floats
    same_cause: Floats
    same_receiver: Floats

    def of(self, kept: np.ndarray) -> Scores:
        """The scores of some of the variants. ``kept``: whether, one a variant."""
        return Scores(**{measure.name: getattr(self, measure.name)[kept] for measure in fields(self)})


@dataclass(frozen=True, slots=True)
class Comparison:
    """The new crash beside its candidates: encoded stacks, scores, and the rarity that weighs the frames."""

    query: EncodedStack
    stacks: tuple[EncodedStack, ...]
    rarities: Floats
    scores: Scores


def compare(
    encoder: Encoder, fingerprint: Fingerprint, candidates: Candidates, document_frequency: DocumentFrequency
) -> Comparison:
    """Score every candidate variant. ``document_frequency``: in how many known stacks each term occurs."""
    query = encoder.fingerprint(fingerprint)
    stacks = tuple(encoder.variant(variant) for variant in candidates.variants)
    frequencies = _frequencies(encoder, (query, *stacks), document_frequency)
    count = max(candidates.document_count, FEWEST_DOCUMENTS)
    rarities, idf = rarity(frequencies / count), idf_weights(frequencies, count)
    variants = candidates.variants
    cause, receiver = fingerprint.cause.lower(), _first_method(fingerprint)
    scores = Scores(
        fast=fast_scores(query.sequence, Batch.of([stack.sequence for stack in stacks]), rarities),
        in_app=fast_scores(query.in_app, Batch.of([stack.in_app for stack in stacks]), rarities),
        in_app_prefix=np.array([_equal_prefix(query.in_app, stack.in_app) for stack in stacks], dtype=float),
        classes=fast_scores(query.classes, Batch.of([stack.classes for stack in stacks]), rarities),
        grams=_gram_cosines(query, stacks, idf),
        words=_word_cosines(query, stacks, idf),
        text=np.array([candidates.cosines.get(one.id, candidates.furthest_cosine) for one in variants], dtype=float),
        exact=np.array([one.id in candidates.exact for one in variants], dtype=float),
        structural=np.array([one.id in candidates.structural for one in variants], dtype=float),
        same_cause=np.array([one.cause.lower() == cause for one in variants], dtype=float),
        same_receiver=np.array([one.frames[:1] == receiver for one in variants], dtype=float),
    )
    return Comparison(query, stacks, rarities, scores)


def _frequencies(encoder: Encoder, stacks: Iterable[EncodedStack], document_frequency: DocumentFrequency) -> Floats:
    """In how many known stacks each id of the encoder's vocabulary occurs; only those of ``stacks`` are looked up."""
    arrays = [array for stack in stacks for array in (stack.sequence, stack.classes, stack.words)]
    ids = np.unique(np.concatenate(arrays))
    terms = encoder.terms(ids)
    found = document_frequency(terms)
    frequencies = np.zeros(len(encoder))
    frequencies[ids] = [found.get(term, 0) for term in terms]
    return frequencies


def _gram_cosines(query: EncodedStack, stacks: tuple[EncodedStack, ...], idf: Floats) -> Floats:
    members = Batch.of([stack.grams for stack in stacks])
    counts = np.concatenate([stack.gram_counts for stack in stacks]) if stacks else np.empty(0)
    query_weights = np.sqrt(query.gram_counts) * gram_weights(query.grams, idf)
    return cosines(query.grams, query_weights, members, np.sqrt(counts) * gram_weights(members.values, idf))


def _word_cosines(query: EncodedStack, stacks: tuple[EncodedStack, ...], idf: Floats) -> Floats:
    members = Batch.of([stack.words for stack in stacks])
    weights: Ids = query.words
    return cosines(query.words, idf[weights], members, idf[members.values])


def _equal_prefix(one: Ids, other: Ids) -> int:
    """How many ids at the beginning of both are equal."""
    length = min(len(one), len(other))
    differ = np.flatnonzero(one[:length] != other[:length])
    return int(differ[0]) if len(differ) else length


def _first_method(fingerprint: Fingerprint) -> tuple[str, ...]:
    return tuple(frame.method for frame in fingerprint.frames[:1])
