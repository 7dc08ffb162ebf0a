"""``crash-knowledge pattern add-solution, edit-solution, verify-solution, withdraw-solution``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crash_knowledge.store.records import Solution

BY = click.option("--by", required=True, metavar="NAME", help="Who says so; it is kept in the history.")
STEPS = click.option("--steps", metavar="TEXT", help="What to do, one step a line.")
LINK = click.option("--link", metavar="URL", help="Where more is said; http or https.")


@click.command("add-solution")
@click.argument("pattern_id", type=int)
@click.argument("description")
@STEPS
@LINK
@click.option("--from-ai", is_flag=True, help="An AI wrote it: it is proposed only once a person has verified it.")
@BY
def add_solution(
    pattern_id: int, description: str, steps: str | None, link: str | None, from_ai: bool, by: str
) -> None:
    """Propose a solution that nobody has tried yet."""
    from crash_knowledge.services import solution_desk

    _tell(
        solution_desk().add(
            pattern_id,
            description,
            by,
            datetime.now(UTC),
            steps=steps or "",
            link=link or "",
            origin="ai" if from_ai else "person",
        )
    )


@click.command("edit-solution")
@click.argument("solution_id", type=int)
@click.option("--description", metavar="TEXT", help="What stands there from now on.")
@STEPS
@LINK
@BY
def edit_solution(solution_id: int, description: str | None, steps: str | None, link: str | None, by: str) -> None:
    """Change what a solution says; what is not given stays, and '' takes steps or link away."""
    from crash_knowledge.services import open_store, solution_desk

    with open_store().reading() as unit:
        before = unit.solutions.get(solution_id)
    said = before.description if description is None else description
    steps = before.steps or "" if steps is None else steps
    link = before.link or "" if link is None else link
    _tell(solution_desk().edit(solution_id, said, by, datetime.now(UTC), steps=steps, link=link))


@click.command("verify-solution")
@click.argument("solution_id", type=int)
@BY
def verify_solution(solution_id: int, by: str) -> None:
    """Stand behind a solution that an AI wrote."""
    from crash_knowledge.services import solution_desk

    _tell(solution_desk().verify(solution_id, by, datetime.now(UTC)))


@click.command("withdraw-solution")
@click.argument("solution_id", type=int)
@click.option("--back", is_flag=True, help="Propose it again.")
@BY
def withdraw_solution(solution_id: int, back: bool, by: str) -> None:
    """Propose a solution no more; what was counted stays."""
    from crash_knowledge.services import solution_desk

    change = solution_desk().bring_back if back else solution_desk().withdraw
    _tell(change(solution_id, by, datetime.now(UTC)))


SOLUTION_COMMANDS = (add_solution, edit_solution, verify_solution, withdraw_solution)


def _tell(solution: Solution) -> None:
    from crash_knowledge.wording import solution_label, solution_record, visible

    gone = f", withdrawn by {visible(solution.withdrawn_by)}" if solution.withdrawn_by else ""
    said = f"{solution_label(solution)}: {visible(solution.description)} ({solution_record(solution)}{gone})"
    click.echo(f"  solution {solution.id} of pattern {solution.pattern_id}: {said}")
