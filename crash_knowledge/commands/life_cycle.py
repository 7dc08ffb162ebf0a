"""``crash-knowledge pattern resolve, mute, reopen, withdraw-fix, undo-step``: the life of a pattern."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crash_knowledge.knowledge.life_cycle import Life

BY = click.option("--by", required=True, metavar="NAME", help="Who says so; it is kept in the history.")
WHY = click.option("--why", default="", metavar="TEXT", help="The reason, for who looks at it later.")


@click.command()
@click.argument("pattern_id", type=int)
@click.option("--version", required=True, metavar="VERSION", help="The version with the fix, such as 2024r1.002.")
@click.option("--solution", type=int, metavar="NUMBER", help="The solution that the fix is.")
@BY
@WHY
def resolve(pattern_id: int, version: str, solution: int | None, by: str, why: str) -> None:
    """Record that a version has the fix, for its release line."""
    from crash_knowledge.services import life_cycle

    _tell(life_cycle().resolve(pattern_id, version, by, datetime.now(UTC), solution, why))


@click.command()
@click.argument("pattern_id", type=int)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Until that day (UTC).")
@click.option("--for-dumps", type=click.IntRange(min=1), metavar="NUMBER", help="For so many further dumps.")
@click.option("--until-version", metavar="VERSION", help="Until a dump of that version or a later one.")
@click.option("--until-escalation", is_flag=True, help="Until it is seen several times as often as usual.")
@BY
@WHY
def mute(
    pattern_id: int,
    until: datetime | None,
    for_dumps: int | None,
    until_version: str | None,
    until_escalation: bool,
    by: str,
    why: str,
) -> None:
    """Mute a pattern until one of these ends it."""
    from crash_knowledge.knowledge.life_steps import ESCALATION_FACTOR
    from crash_knowledge.services import life_cycle
    from crash_knowledge.store.life_cycle import MuteEnd

    end = MuteEnd(
        at=until.replace(tzinfo=UTC) if until else None,
        count=for_dumps,
        version=until_version,
        escalation_factor=ESCALATION_FACTOR if until_escalation else None,
    )
    _tell(life_cycle().mute(pattern_id, end, by, datetime.now(UTC), why))


@click.command()
@click.argument("pattern_id", type=int)
@BY
@WHY
def reopen(pattern_id: int, by: str, why: str) -> None:
    """End a mute; or say that the pattern is not fixed, which takes its recorded fixes back."""
    from crash_knowledge.services import life_cycle

    _tell(life_cycle().reopen(pattern_id, by, datetime.now(UTC), why))


@click.command("withdraw-fix")
@click.argument("pattern_id", type=int)
@click.option("--version", required=True, metavar="VERSION", help="The version that does not have the fix after all.")
@BY
@WHY
def withdraw_fix(pattern_id: int, version: str, by: str, why: str) -> None:
    """Take back that one version has the fix."""
    from crash_knowledge.errors import LifeStepRefused
    from crash_knowledge.services import life_cycle

    life = life_cycle().of_pattern(pattern_id)
    meant = [fix.id for fix in life.fixes if fix.version == version.strip()]
    if not meant:
        raise LifeStepRefused(f"No fix in {version} is recorded for “{life.pattern.pattern_name}”.")
    _tell(life_cycle().withdraw_fix(pattern_id, meant[-1], by, datetime.now(UTC), why))


@click.command("undo-step")
@click.argument("pattern_id", type=int)
@BY
def undo_step(pattern_id: int, by: str) -> None:
    """Take back the latest of resolve, mute, reopen, withdraw-fix, or of what a dump did by itself."""
    from crash_knowledge.services import life_cycle

    _tell(life_cycle().undo_step(pattern_id, by, datetime.now(UTC)))


LIFE_COMMANDS = (resolve, mute, reopen, withdraw_fix, undo_step)


def _tell(life: Life) -> None:
    from crash_knowledge.wording import life_sentence, visible

    click.echo(f"  pattern {life.pattern.id}, {visible(life.pattern.pattern_name)}: {visible(life_sentence(life))}")
