"""What the crashes of a pattern tell together, in one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from crash_knowledge.insights.common_factors import CommonFactors, common_factors
from crash_knowledge.insights.incidents import Incident, IncidentCount, count, fold
from crash_knowledge.insights.poison_records import PoisonRecord, poison_records
from crash_knowledge.store import Store

FACTORS_TOLD = 5


@dataclass(frozen=True, slots=True)
class ToldTogether:
    """Of one pattern: its incidents (the earliest first) with their count, common factors, poison records."""

    counted: IncidentCount
    incidents: tuple[Incident, ...]
    factors: CommonFactors
    poison_records: tuple[PoisonRecord, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in words; of the common factors the surest five."""
        factors = self.factors.factors[:FACTORS_TOLD]
        return (
            *(poison.sentence for poison in self.poison_records),
            self.counted.sentence,
            self.factors.sentence,
            *(factor.sentence for factor in factors),
        )


def told_together(store: Store, pattern_id: int) -> ToldTogether:
    """Everything that the stored crashes of a pattern tell together. Raises StoreError."""
    with store.reading() as unit:
        sightings = unit.facts.sightings(pattern_id)
    return ToldTogether(
        counted=count(sightings),
        incidents=fold(sightings),
        factors=common_factors(store, pattern_id),
        poison_records=poison_records(store, pattern_id),
    )


def together_json(told: ToldTogether) -> dict[str, Any]:
    """The same as plain values, for programs; an incident names its crashes by id."""
    return {
        "incidents": {
            "sentence": told.counted.sentence,
            **asdict(told.counted),
            "each": [
                {
                    "began": incident.began,
                    "ended": incident.ended,
                    "runs": incident.runs,
                    "runs_known": incident.runs_known,
                    "crash_ids": [one.crash_id for one in incident.sightings],
                }
                for incident in told.incidents
            ],
        },
        "common_factors": {
            **asdict(told.factors),
            "sentence": told.factors.sentence,
            "factors": [{**asdict(one), "sentence": one.sentence} for one in told.factors.factors],
        },
        "poison_records": [
            {**asdict(one), "sentence": one.sentence, "select": one.select} for one in told.poison_records
        ],
    }
