"""The features of a decision in plain words: what was compared, how alike it was, how much it spoke for the pattern."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from crash_knowledge.matching.features import FEATURES
from crash_knowledge.matching.model import Contribution
from crash_knowledge.matching.ranking import RankedPattern, Ranking


def contributions(ranking: Ranking, one: RankedPattern) -> tuple[Contribution, ...]:
    """What the features added to the log-odds of a candidate, the greatest first; those that added nothing left out."""
    added = ranking.contribution(one.place)
    telling = sorted((name for name in added if added[name] != 0.0), key=lambda name: (-abs(added[name]), name))
    return tuple(_contribution(name, ranking.value(one.place, name), added[name]) for name in telling)


def starting_log_odds(ranking: Ranking, one: RankedPattern) -> float:
    """The log-odds of a candidate that is average in every feature: those of this one less all contributions."""
    log_odds = math.log(one.probability) - math.log1p(-one.probability)
    return log_odds - sum(ranking.contribution(one.place).values())


def _contribution(name: str, value: float, log_odds: float) -> Contribution:
    meaning = FEATURES[name]
    return Contribution(
        name=name,
        compared=_compared(name),
        value=value,
        shown=shown(name, value),
        words=meaning.speaks_for if log_odds > 0 else meaning.speaks_against,
        log_odds=log_odds,
    )


def _compared(name: str) -> str:
    base, kind = _parts(name)
    return f"{_COMPARED.get(base, base.replace('_', ' '))}{_KINDS.get(kind, '')}"


def shown(name: str, value: float) -> str:
    """The value of a feature in words."""
    base, kind = _parts(name)
    return _SHOWN.get(kind or base, _number)(value)


def _parts(name: str) -> tuple[str, str]:
    """``fast_margin`` is ``fast`` and ``margin``; a name without such an end has an empty one."""
    base, _, kind = name.rpartition("_")
    return (base, kind) if kind in _KINDS else (name, "")


def _number(value: float) -> str:
    return f"{value:.2f}"


def _likeness(value: float) -> str:
    """Scores lie in -1..1; below 0 more differs than is shared."""
    return f"{value:.0%} alike" if value >= 0 else f"differs more than it is alike ({value:.0%})"


def _lead(value: float) -> str:
    if value >= 1.0:
        return "nothing else near"
    return f"{abs(value):.0%} {'ahead' if value >= 0 else 'behind'}"


def _vote(value: float) -> str:
    return f"{1.0 / (1.0 + math.exp(-value)):.0%} of the votes"


def _yes_or_no(value: float) -> str:
    return "yes" if value > 0.5 else "no"


def _logged(noun: str, plural: str, after: str = "") -> Callable[[float], str]:
    """For counts kept as ``log(1 + count)``."""

    def told(value: float) -> str:
        count = round(math.expm1(value))
        return f"{count:,} {noun if count == 1 else plural}{after}"

    return told


_COMPARED: Mapping[str, str] = {
    "fast": "All frames",
    "in_app": "In-app frames",
    "in_app_prefix": "First in-app frames",
    "classes": "Classes of the frames",
    "grams": "Which frame calls which",
    "words": "Words of cause and in-app frames",
    "text": "Meaning of cause and in-app frames",
    "close_members": "Known crashes with almost the same frames",
    "close": "Crashes with almost the same frames",
    "exact": "Same cause and whole stack",
    "structural": "Same cause and first in-app frames",
    "same_cause": "Same cause",
    "same_receiver": "Same innermost frame",
    "size": "How often it was seen",
    "age": "When it was last seen",
    "newer_rivals": "Equally close patterns seen later",
}

_KINDS: Mapping[str, str] = {
    "margin": ", beside the best other pattern",
    "mean": ", mean of its nearest crashes",
    "vote": ", vote of all candidates by likeness and recency",
    "share": ", share that is its own",
}

_SHOWN: Mapping[str, Callable[[float], str]] = {
    "fast": _likeness,
    "in_app": _likeness,
    "classes": _likeness,
    "grams": _likeness,
    "words": _likeness,
    "text": _likeness,
    "mean": _likeness,
    "margin": _lead,
    "vote": _vote,
    "share": "{:.0%}".format,
    "exact": _yes_or_no,
    "structural": _yes_or_no,
    "same_cause": _yes_or_no,
    "same_receiver": _yes_or_no,
    "in_app_prefix": _logged("frame", "frames"),
    "close_members": _logged("crash", "crashes"),
    "size": _logged("time", "times"),
    "age": _logged("day", "days", " before"),
    "newer_rivals": _logged("pattern", "patterns"),
}
