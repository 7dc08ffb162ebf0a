from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from sqlalchemy import select

from crash_knowledge.store import Store
from crash_knowledge.store.schema import error_events
from tests.store.builders import NOON, learn, new_crash, new_pattern

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from crash_knowledge.store import Store
from tests.store.builders import learn
url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = Store.open(url)
for number in range(count):
    with store.transaction() as unit:
        pattern = unit.patterns.get(1)
        learn(unit, f"{name} {number}", pattern)
        unit.solutions.record_outcome(1, number % 2 == 0)
    print(number, flush=True)
"""

SAME_DUMPS = """
import sys
from crash_knowledge.store import Store
from tests.store.builders import NOON, new_crash
store = Store.open(sys.argv[1])
for number in range(40):
    with store.transaction() as unit:
        print(unit.crashes.add(new_crash(f"dump {number}"), NOON).id, flush=True)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", program, *arguments], text=True, cwd=ROOT, **pipes)


def finished(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.split()


def with_one_pattern(store: Store) -> None:
    with store.transaction() as unit:
        pattern, _, _ = learn(unit, "first")
        unit.solutions.add(pattern.id, "restart", None, NOON)


def test_eight_threads_and_two_processes_lose_and_double_nothing(store: Store, url: str) -> None:
    with_one_pattern(store)
    processes = [start(WRITER, url, f"process {number}", "100") for number in range(2)]
    errors: list[Exception] = []

    def write(thread: int) -> None:
        try:
            for number in range(100):
                with store.transaction() as unit:
                    learn(unit, f"thread {thread}.{number}", unit.patterns.get(1))
                    unit.solutions.record_outcome(1, number % 2 == 0)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        finished(process)
    assert errors == []
    with store.reading() as unit:
        pattern, solution = unit.patterns.get(1), unit.solutions.get(1)
        assert (pattern.occurrence_count, unit.crashes.count()) == (1001, 1001)
        assert (solution.success_count, solution.failure_count) == (500, 500)
        assert [variant.occurrence_count for variant in unit.variants.of_pattern(1)] == [1001]


def test_the_same_dumps_stored_by_three_processes_are_stored_once(store: Store, url: str) -> None:
    processes = [start(SAME_DUMPS, url) for _ in range(3)]
    answers = [finished(process) for process in processes]
    assert answers[0] == answers[1] == answers[2]
    with store.reading() as unit:
        assert unit.crashes.count() == 40


def test_a_process_killed_while_writing_leaves_whole_transactions(store: Store, url: str) -> None:
    with_one_pattern(store)
    acknowledged = 0
    for attempt in range(3):
        process = start(WRITER, url, f"attempt {attempt}", "100000")
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        time.sleep(0.003 * attempt)
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate(timeout=60)
        acknowledged += 20 + len(rest.splitlines())
        assert store.verify() == ()
        with store.reading() as unit:
            stored = unit.crashes.count() - 1
        assert acknowledged <= stored <= acknowledged + attempt + 1


def test_a_taken_id_is_drawn_again(store: Store, monkeypatch) -> None:
    draws = iter(["00000001", "00000001", "00000001", "00000002", "00000003", "00000004"])
    monkeypatch.setattr("crash_knowledge.store.repository.secrets.token_hex", lambda _: next(draws))
    with store.transaction() as unit:
        unit.crashes.add(new_crash("one"), NOON)
        unit.crashes.add(new_crash("other"), NOON)
        ids = unit.connection.execute(select(error_events.c.id).order_by(error_events.c.id)).scalars().all()
        assert ids == ["err-00000001", "err-00000002"]
        assert unit.crashes.latest()[0].chain_id in {"chain-00000001", "chain-00000003"}


def test_readers_are_not_kept_waiting_by_a_writer(store: Store) -> None:
    with store.transaction() as unit:
        unit.patterns.add(new_pattern())
        started = time.monotonic()
        for _ in range(20):
            with store.reading() as reader:
                assert reader.patterns.count() == 0
        assert time.monotonic() - started < 4
