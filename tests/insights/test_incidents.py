"""Session folding: retries of one person are one incident."""

from __future__ import annotations

from datetime import datetime

import pytest

from crash_knowledge.insights.incidents import count, fold
from crash_knowledge.store.records import Sighting
from tests.store.builders import later


def seen(when: datetime, run: str | None = None, user: str | None = "ann", computer="pc", site="north-1") -> Sighting:
    return Sighting(None, when, "North", site, user, computer, (run,) if run else ())


def test_three_tries_and_four_restarts_are_one_incident() -> None:
    runs = ["a", "a", "a", "b", "c", "d", "e"]
    sightings = [seen(later(minutes=2 * place), run) for place, run in enumerate(runs)]
    (incident,) = fold(reversed(sightings))
    assert incident.sightings == tuple(sightings)
    assert incident.sentence == "7 dumps in 12 minutes: 3 in the first run, then the program was started again 4 times."
    assert count(sightings).sentence == "7 dumps, 1 user, 5 runs of the client: 1 incident."


@pytest.mark.parametrize(
    ("second", "incidents"),
    [
        pytest.param(seen(later(hours=4), "b"), 1, id="four hours later"),
        pytest.param(seen(later(hours=5), "b"), 2, id="five hours later in another run"),
        pytest.param(seen(later(hours=5), "a"), 1, id="five hours later in the same run"),
        pytest.param(seen(later(hours=25), "a"), 2, id="the next day in the same run"),
        pytest.param(seen(later(hours=1), "a", user="bob"), 2, id="another user"),
        pytest.param(seen(later(hours=1), "a", computer="pc2"), 2, id="another machine"),
        pytest.param(seen(later(hours=1), "a", site="south-1"), 2, id="another site"),
        pytest.param(seen(later(hours=1), "a", user=None, computer=None), 2, id="nobody known"),
    ],
)
def test_what_belongs_to_an_incident(second: Sighting, incidents: int) -> None:
    assert len(fold([seen(later(), "a"), second])) == incidents


def test_two_dumps_of_nobody_are_two_incidents() -> None:
    nobody = [seen(later(minutes=place), user=None, computer=None) for place in range(2)]
    assert len(fold(nobody)) == 2
    assert count(nobody).sentence == "2 dumps: 2 incidents."


def test_dumps_that_do_not_tell_their_run_make_the_count_a_least() -> None:
    sightings = [seen(later(), "a"), seen(later(minutes=1)), seen(later(minutes=2), user="bob", site="south-1")]
    assert count(sightings).sentence == "3 dumps, 2 sites, 2 users, at least 1 run of the client: 2 incidents."
    assert fold(sightings)[0].sentence == "2 dumps in 1 minute; not every dump tells its run of the program."


def test_runs_of_two_machines_that_have_the_same_name_are_two() -> None:
    assert count([seen(later(), "a"), seen(later(), "a", computer="pc2")]).runs == 2


def test_a_run_with_two_marks_is_one_run() -> None:
    both = Sighting(None, later(minutes=1), "North", "north-1", "ann", "pc", ("a", "b"))
    assert count([seen(later(), "a"), both, seen(later(minutes=2), "b")]).runs == 1


def test_no_dumps_are_no_incidents() -> None:
    assert fold([]) == ()
    assert count([]).sentence == "0 dumps: 0 incidents."
