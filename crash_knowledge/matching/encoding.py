"""Stacks as integer arrays: what the scorers work on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.terms import cause_terms, class_terms, method_terms, word_terms
from crash_knowledge.store.records import Variant

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]

REMEMBERED_STACKS = 20_000
_PAIR = 1 << 32


@dataclass(frozen=True, slots=True)
class EncodedStack:
    """A cause and stack in the ids of one vocabulary.

    ``sequence``: the cause as a pseudo-frame (absent without a cause), then the methods, innermost first.
    ``in_app``: the same with the in-app methods only (all, when none is).
    ``classes``: the same with classes for methods.
    ``words``: distinct, ascending.
    ``grams``: distinct single methods and pairs of neighbours, ascending; ``gram_counts``: how often each occurs.
    """

    sequence: Ids
    in_app: Ids
    classes: Ids
    words: Ids
    grams: Ids
    gram_counts: Floats
    has_cause: bool


def gram_members(grams: Ids) -> tuple[Ids, Ids]:
    """The two ids of each gram; a single method has the same id twice."""
    return grams // _PAIR, grams % _PAIR


class Encoder:
    """Turns fingerprints and variants into arrays, over a vocabulary of terms that only grows."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._terms: list[str] = []
        self._methods: dict[str, int] = {}
        self._class_of: dict[int, int] = {}
        self._stacks: OrderedDict[tuple[int, str], EncodedStack] = OrderedDict()

    def __len__(self) -> int:
        """How many terms there are."""
        return len(self._terms)

    def terms(self, ids: Iterable[int]) -> list[str]:
        return [self._terms[one] for one in ids]

    def id_of(self, term: str) -> int:
        known = self._ids.setdefault(term, len(self._terms))
        if known == len(self._terms):
            self._terms.append(term)
        return known

    def fingerprint(self, fingerprint: Fingerprint) -> EncodedStack:
        methods = [frame.method for frame in fingerprint.frames]
        in_app = [frame.in_app for frame in fingerprint.frames]
        return self._encode(fingerprint.cause, methods, in_app, fingerprint.semantic_text)

    def variant(self, variant: Variant) -> EncodedStack:
        """The stack of a stored variant, remembered for the next time."""
        key = (variant.id, variant.exact)
        stack = self._stacks.get(key)
        if stack is None:
            stack = self._encode(variant.cause, variant.frames, variant.in_app, variant.semantic_text)
            self._stacks[key] = stack
            if len(self._stacks) > REMEMBERED_STACKS:
                self._stacks.popitem(last=False)
        else:
            self._stacks.move_to_end(key)
        return stack

    def _encode(self, cause: str, methods: Sequence[str], in_app: Sequence[bool], semantic_text: str) -> EncodedStack:
        pseudo = [self.id_of(term) for term in cause_terms(cause)]
        for method in methods:
            if method not in self._methods:
                self._learn_method(method)
        ids = [self._methods[method] for method in methods]
        sequence = np.array([*pseudo, *ids], dtype=np.int64)
        grams, counts = _grams(sequence)
        return EncodedStack(
            sequence=sequence,
            in_app=_in_app(sequence, len(pseudo), in_app),
            classes=np.array([*pseudo, *(self._class_of[one] for one in ids)], dtype=np.int64),
            words=np.array(sorted(self.id_of(term) for term in word_terms(semantic_text)), dtype=np.int64),
            grams=grams,
            gram_counts=counts,
            has_cause=bool(pseudo),
        )

    def _learn_method(self, method: str) -> None:
        """Give a method and its class their ids."""
        (method_term,), (class_term,) = method_terms([method]), class_terms([method])
        known = self._methods[method] = self.id_of(method_term)
        self._class_of[known] = self.id_of(class_term)


def _in_app(sequence: Ids, causes: int, in_app: Sequence[bool]) -> Ids:
    wanted = np.array(in_app, dtype=bool)
    if not wanted.any():
        return sequence
    chosen: Ids = sequence[np.concatenate((np.ones(causes, dtype=bool), wanted))]
    return chosen


def _grams(sequence: Ids) -> tuple[Ids, Floats]:
    singles = sequence * _PAIR + sequence
    pairs = sequence[:-1] * _PAIR + sequence[1:]
    grams, counts = np.unique(np.concatenate((singles, pairs)), return_counts=True)
    return grams, counts.astype(np.float64)
