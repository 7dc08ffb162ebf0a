"""When people work: weekdays and hours of a broadcaster's planning desks, and of its services."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from crash_knowledge.wcr.generator.incident import Situation

WEEKDAY_FACTORS = (1.2, 1.25, 1.25, 1.2, 1.25, 0.45, 0.4)
"""Monday first; the mean is 1."""

DESK_HOURS = (0, 0, 0, 0, 0, 1, 2, 5, 10, 14, 15, 12, 8, 10, 14, 14, 12, 8, 4, 3, 3, 2, 1, 1)
SERVICE_HOURS = (4, 6, 9, 9, 8, 6, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4)
"""Weight of each local hour of the day."""


def day_factor(day: datetime, situation: Situation) -> float:
    """How much more happens on this weekday than on the average day; services do not know weekends."""
    return 1.0 if situation == "service" else WEEKDAY_FACTORS[day.weekday()]


def moment_of_day(rng: random.Random, day: datetime, situation: Situation) -> datetime:
    """A moment of that day, by the hours of desks or services."""
    hours = SERVICE_HOURS if situation == "service" else DESK_HOURS
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    hour = rng.choices(range(24), hours)[0]
    return midnight + timedelta(hours=hour, seconds=rng.randrange(3600))
