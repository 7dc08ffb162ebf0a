"""Which crashes and patterns a query lets pass, and how many there would be with each value of a facet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.store.catalogue_records import FACETS, CatalogueQuery, FacetName
from crash_knowledge.store.crash_columns import CODED, Coded, CrashColumns
from crash_knowledge.store.pattern_columns import PatternColumns
from crash_knowledge.store.schema.patterns import SEVERITIES
from crash_knowledge.store.words import Needle, words_of

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Found = tuple[Needle, Ints]
"""What is looked for, and the variants that hold it."""

_OF_PATTERNS: tuple[FacetName, ...] = ("status", "solution", "tag", "assignee")
_OF_CRASHES: tuple[Coded, ...] = ("customer", "version", "kind")


class Filter:
    """A query put to crashes and patterns. ``pattern_row``: for every crash the row of its pattern."""

    def __init__(
        self, query: CatalogueQuery, columns: CrashColumns, known: PatternColumns, found: Sequence[Found]
    ) -> None:
        self.columns = columns
        self.known = known
        self.pattern_row = known.rows_of(columns.pattern_id)
        self._query = query
        self._found = found

    def crashes(self, leaving_out: FacetName | None = None) -> Flags:
        """The crashes that pass all facets but one."""
        passing = self._base.copy()
        for coded, flags in self._coded.items():
            if coded != leaving_out:
                passing &= flags
        for name in _OF_PATTERNS:
            if name != leaving_out and name in self._pattern_flags:
                passing &= self._pattern_flags[name][self.pattern_row]
        return passing

    def patterns(self, leaving_out: FacetName | None = None) -> Flags:
        """The patterns that pass all facets but one; the last row, no pattern, never does."""
        return self._with_crash(leaving_out) & self._properties(leaving_out)

    def crash_counts(self, name: FacetName) -> dict[str, int]:
        """Value of a facet -> how many crashes there would be."""
        passing = self.crashes(name)
        for coded in CODED:
            if coded == name:
                return self._by_value(coded, self.columns.codes[coded][passing])
        return self.known.sums(name, self._per_pattern(passing))

    def pattern_counts(self, name: FacetName) -> dict[str, int]:
        """Value of a facet -> how many patterns there would be."""
        for coded in _OF_CRASHES:
            if coded == name:
                return self._patterns_by_value(coded)
        return self.known.sums(name, self.patterns(name).astype(np.int64))

    def _patterns_by_value(self, name: Coded) -> dict[str, int]:
        passing = self._of_crash(name) & self._properties(name)[self.pattern_row]
        codes, rows = self.columns.codes[name][passing], self.pattern_row[passing]
        kinds = len(self.columns.values[name])
        pairs = np.bincount(rows * kinds + codes, minlength=len(self.known.id) * kinds) > 0
        per_value = pairs.reshape(-1, kinds).sum(axis=0)
        return dict(zip(self.columns.values[name], map(int, per_value), strict=True))

    def crashes_by_pattern(self) -> Ints:
        """For every pattern how many of its crashes pass what is asked of crashes."""
        return self._per_pattern(self._of_crash(None))

    def occurred_of(self, row: int) -> Ints:
        """When the crashes of a pattern that pass happened, in seconds since 1970."""
        occurred: Ints = self.columns.occurred[self._of_crash(None) & (self.pattern_row == row)]
        return occurred

    def crash_severity_rank(self) -> Ints:
        """For every crash 4 for critical to 1 for low, 0 for not judged."""
        rank = {name: len(SEVERITIES) - at for at, name in enumerate(SEVERITIES)}
        of_code = np.array([rank.get(value, 0) for value in self.columns.values["severity"]], np.int64)
        ranks: Ints = of_code[self.columns.codes["severity"]]
        return ranks

    @cached_property
    def _base(self) -> Flags:
        """The crashes with the text, within the time."""
        passing = np.ones(len(self.columns), np.bool_)
        if self._query.since is not None:
            passing &= self.columns.occurred >= int(self._query.since.timestamp())
        if self._query.until is not None:
            passing &= self.columns.occurred <= int(self._query.until.timestamp())
        for (_, variant_ids), named in zip(self._found, self._named, strict=True):
            passing &= _member(self.columns.variant_id, variant_ids) | named[self.pattern_row]
        return passing

    @cached_property
    def _named(self) -> list[Flags]:
        """For each thing looked for, the patterns whose name holds it."""
        if not self._found:
            return []
        lower = [name.lower() for name in self.known.name]
        names = list(zip(lower, self.known.name, strict=True))
        return [np.array([_holds(needle, *name) for name in names]) for needle, _ in self._found]

    @cached_property
    def _coded(self) -> dict[FacetName, Flags]:
        """Facet of crashes that is asked for -> the crashes that pass it."""
        return {
            name: np.isin(self.columns.values[name], self._query.chosen(name))[self.columns.codes[name]]
            for name in CODED
            if self._query.chosen(name)
        }

    @cached_property
    def _pattern_flags(self) -> dict[FacetName, Flags]:
        """Facet of patterns that is asked for -> the patterns that pass it."""
        asked = (name for name in FACETS if name not in _OF_CRASHES and self._query.chosen(name))
        return {name: self.known.having(name, self._query.chosen(name)) for name in asked}

    def _of_crash(self, leaving_out: FacetName | None) -> Flags:
        """The crashes that pass what a list of patterns asks of crashes."""
        passing = self._base.copy()
        for name in _OF_CRASHES:
            if name != leaving_out and name in self._coded:
                passing &= self._coded[name]
        return passing

    def _with_crash(self, leaving_out: FacetName | None) -> Flags:
        """The patterns with a crash that passes; without such a wish, those without a crash too."""
        passing = np.zeros(len(self.known.id), np.bool_)
        passing[self.pattern_row[self._of_crash(leaving_out)]] = True
        asked_of_crashes = any(self._query.chosen(name) for name in _OF_CRASHES if name != leaving_out)
        if not asked_of_crashes and self._query.since is None and self._query.until is None:
            without = np.bincount(self.pattern_row, minlength=len(passing)) == 0
            for named in self._named:
                without &= named
            passing |= without
        return passing

    def _properties(self, leaving_out: FacetName | None) -> Flags:
        passing = np.ones(len(self.known.id), np.bool_)
        passing[-1] = False
        for name, flags in self._pattern_flags.items():
            if name != leaving_out:
                passing &= flags
        return passing

    def _per_pattern(self, passing: Flags) -> Ints:
        counts: Ints = np.bincount(self.pattern_row[passing], minlength=len(self.known.id))
        return counts

    def _by_value(self, name: Coded, codes: NDArray[np.int32]) -> dict[str, int]:
        values = self.columns.values[name]
        counts = np.bincount(codes, minlength=len(values))
        return dict(zip(values, map(int, counts), strict=True))


def _member(values: Ints, wanted: Ints) -> Flags:
    """Which of ``values`` are in ``wanted``; both are ids, not negative."""
    if not len(wanted) or not len(values):
        return np.zeros(len(values), np.bool_)
    is_wanted = np.zeros(int(max(values.max(), wanted.max())) + 1, np.bool_)
    is_wanted[wanted] = True
    flags: Flags = is_wanted[values]
    return flags


def _holds(needle: Needle, lower: str, name: str) -> bool:
    if needle.text not in lower:
        return False
    return not needle.whole or needle.text in words_of((name,))
