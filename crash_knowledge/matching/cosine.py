"""Cosine of tf-idf vectors (tf: square root of the count; idf: ``ln((N + 1) / (df + .5))``, at least .01)."""

from __future__ import annotations

import numpy as np

from crash_knowledge.matching.batch import Batch, find_in
from crash_knowledge.matching.encoding import Floats, Ids, gram_members

_LEAST_IDF = 0.01


def idf_weights(document_frequency: Floats, document_count: int) -> Floats:
    """The idf of each id."""
    weights: Floats = np.maximum(np.log((document_count + 1) / (document_frequency + 0.5)), _LEAST_IDF)
    return weights


def gram_weights(grams: Ids, idf: Floats) -> Floats:
    """A gram is at least as rare as its rarest member: its idf is taken to be that member's."""
    first, second = gram_members(grams)
    return np.maximum(idf[first], idf[second])


def cosines(query: Ids, query_weights: Floats, members: Batch, member_weights: Floats) -> Floats:
    """The cosine of the query with each member. ``query`` is ascending; weights are tf * idf, one a value."""
    at, found = find_in(query, members.values)
    products = np.where(found, member_weights * query_weights[at] if len(query) else 0.0, 0.0)
    lengths = np.sqrt(members.sums(member_weights**2)) * float(np.linalg.norm(query_weights))
    return np.divide(members.sums(products), lengths, out=np.zeros(members.size), where=lengths > 0)
