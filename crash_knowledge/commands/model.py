"""``crash-knowledge model``: the text model, and the weights of the decision."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crash_knowledge.knowledge.model_versions import Made, ModelStatus
    from crash_knowledge.store.decision_models import ModelStep, StoredModel

STEPS_SHOWN = 5
BY = click.option("--by", required=True, metavar="NAME", help="Who takes this step; it is kept in the log.")


@click.group()
def model() -> None:
    """The models: of meaning (text), and of the decision, which learns from confirmed reviews."""


@model.command("prepare")
def prepare() -> None:
    """Make the fast form of the bundled text model (once; half a minute). Without it everything works, slower."""
    from crash_knowledge.fingerprint.preparation import model_status, prepare_model
    from crash_knowledge.settings import settings

    prepare_model(settings().model_dir)
    click.echo(model_status(settings().model_dir).sentence, err=True)


@model.command("status")
def status() -> None:
    """Say which text model and which decision weights serve, since when, and what the reviews allow next."""
    from crash_knowledge.knowledge.accuracy import recognition_accuracy
    from crash_knowledge.knowledge.model_versions import model_status
    from crash_knowledge.services import embedder, open_store

    click.echo(embedder().description)
    now = model_status(open_store())
    for line in (*_serving_lines(now), *_next_lines(now), recognition_accuracy(open_store()).sentence):
        click.echo(line)
    for step in reversed(now.steps[-STEPS_SHOWN:]):
        click.echo(f"  {_step(step)}")


@model.command("recalibrate")
@BY
def recalibrate(by: str) -> None:
    """Fit the shown probabilities to what reviewers said (from 50 judged verdicts). Their order never changes."""
    from crash_knowledge.knowledge import model_versions
    from crash_knowledge.services import open_store

    _tell_made(model_versions.recalibrate(open_store(), by, datetime.now(UTC)))


@model.command("refit")
@BY
def refit(by: str) -> None:
    """Fit the weights themselves to judged crashes (from 300), drawn towards the shipped ones."""
    from crash_knowledge.knowledge import refitting
    from crash_knowledge.services import embedder, open_store

    with click.progressbar(length=1000, label="Matching judged crashes again", file=sys.stderr) as bar:
        made = refitting.refit(
            open_store(),
            by,
            datetime.now(UTC),
            embedder().model_id,
            lambda done, total: bar.update(1000 * done // total - bar.pos),
        )
    _tell_made(made)


@model.command("rollback")
@BY
@click.option("--to", type=int, metavar="VERSION", help="This version instead of the one before.")
def rollback(by: str, to: int | None) -> None:
    """Go back to the version before: verdicts are then exactly what they were with it."""
    from crash_knowledge.knowledge import model_versions
    from crash_knowledge.services import open_store

    version = model_versions.rollback(open_store(), by, datetime.now(UTC), to)
    click.echo(f"{_name(version)} serves again.", err=True)


def _tell_made(made: Made) -> None:
    click.echo(made.check.sentence, err=True)
    click.echo(f"{_name(made.version)} serves now. `crash-knowledge model rollback` takes it back.", err=True)


def _serving_lines(now: ModelStatus) -> list[str]:
    if now.active is None:
        return ["Decision: the shipped weights serve."]
    if not now.is_used:
        return [
            f"Decision: the shipped weights serve. {_name(now.active)} is not used: "
            "it was made for other shipped weights or features than those of this program."
        ]
    lines = [f"Decision: {_name(now.active)} serves since {now.since:%Y-%m-%d %H:%M} UTC, by {now.by}."]
    if now.active.figures:
        figures = now.active.figures
        lines.append(
            f"  Checked on {figures['checked']} judged verdicts: "
            f"log loss {figures['log_loss_before']:.4f} before, {figures['log_loss_after']:.4f} after; "
            f"calibration error {figures['calibration_error_before']:.4f} before, "
            f"{figures['calibration_error_after']:.4f} after."
        )
    return lines


def _next_lines(now: ModelStatus) -> list[str]:
    lines = [
        _possible("Recalibrating", now.usable, "judged verdicts of the weights in use", now.missing_for_recalibration),
        _possible("Refitting", now.judged, "judged crashes", now.missing_for_refit),
    ]
    if now.demo:
        lines.append(f"{now.demo:,} judged verdicts are demo knowledge and teach the decision nothing.")
    return lines


def _possible(what: str, there: int, of_what: str, missing: int) -> str:
    told = f"{what}: {there:,} {of_what}; "
    return f"{told}{missing:,} more are needed." if missing else f"{told}possible now."


def _name(version: StoredModel) -> str:
    if version.kind == "shipped":
        return f"Version {version.id} (the shipped weights)"
    return f"Version {version.id} ({version.kind}, {version.judged_count:,} judged, {version.right_count:,} right)"


def _step(step: ModelStep) -> str:
    return f"{step.taken_at:%Y-%m-%d %H:%M} UTC  {step.action}: version {step.model_id}, by {step.taken_by}"
