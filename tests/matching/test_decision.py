"""The decision's weights: how they are read, checked, fitted and written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crash_knowledge.errors import DataFileError
from crash_knowledge.matching.decision import DECISION_FILE, DecisionModel, DecisionModels, load_models, shipped_models
from crash_knowledge.matching.features import FEATURES
from crash_knowledge.matching.fitting import TEXT_FEATURES, LabelledTable, fit_model, fit_models, write_models

COUNT = len(FEATURES)
FAST, AGE = list(FEATURES).index("fast"), list(FEATURES).index("age")


def plain(weight: float = 0.0) -> DecisionModel:
    return DecisionModel(-1.0, np.full(COUNT, weight), np.zeros(COUNT), np.ones(COUNT))


def judged(crashes: int = 60, new_share: float = 0.0, seed: int = 7) -> list[LabelledTable]:
    """Crashes with three candidates each; the right one aligns well and is recent, with some noise.

    ``new_share``: of crashes that none of their candidates is right for.
    """
    random = np.random.default_rng(seed)
    tables = []
    for number in range(crashes):
        values = random.normal(size=(3, COUNT))
        right = np.array([number >= new_share * crashes, False, False])
        if right.any():
            values[0, FAST] += 2.0
            values[0, AGE] -= 2.0
        tables.append(LabelledTable(values, right))
    return tables


def best_of(model: DecisionModel, tables: list[LabelledTable]) -> tuple[float, float]:
    """The mean probability of the best candidates, and which share of them is right."""
    probabilities = [model.probabilities(table.values) for table in tables]
    right = [table.right[np.argmax(one)] for table, one in zip(tables, probabilities, strict=True)]
    return float(np.mean([one.max() for one in probabilities])), float(np.mean(right))


def test_the_probability_is_the_logistic_of_the_contributions() -> None:
    model = DecisionModel(0.5, np.arange(COUNT, dtype=float), np.ones(COUNT), np.full(COUNT, 2.0))
    values = np.random.default_rng(1).normal(size=(4, COUNT)) / COUNT
    log_odds = 0.5 + model.contributions(values).sum(axis=1)
    assert model.probabilities(values) == pytest.approx(1 / (1 + np.exp(-log_odds)))


def test_fitting_finds_what_tells() -> None:
    model = fit_model(judged())
    tables = judged(90)[60:]
    right = sum(int(np.argmax(model.probabilities(table.values)) == 0) for table in tables)
    assert right >= 27
    assert model.weights[FAST] > 0 > model.weights[AGE]


@pytest.mark.parametrize("new_share", [0.0, 0.3, 0.7])
def test_the_best_candidate_is_right_as_often_as_its_probability_says(new_share: float) -> None:
    model = fit_model(judged(300, new_share))
    probability, right = best_of(model, judged(300, new_share, seed=8))
    assert probability == pytest.approx(right, abs=0.06)


def test_crashes_that_only_could_have_been_do_not_move_the_calibration() -> None:
    real = judged(200, 0.2)
    made_up = [replace(table, right=table.right & False, is_real=False) for table in judged(200, seed=9)]
    probability, right = best_of(fit_model([*real, *made_up]), real)
    assert probability == pytest.approx(right, abs=0.03)


def test_a_crash_counts_by_its_weight() -> None:
    tables, others = judged(40), judged(40, 0.5, seed=9)
    halves = [replace(one, weight=0.5) for one in others]
    without = [replace(one, weight=0.0, is_real=False) for one in others]
    once = fit_model([*tables, *others], plain())
    assert fit_model([*tables, *halves, *halves], plain()).weights == pytest.approx(once.weights, abs=0.01)
    assert fit_model([*tables, *without], plain()).weights == pytest.approx(fit_model(tables, plain()).weights)


def test_a_crash_without_candidates_teaches_nothing() -> None:
    nothing = LabelledTable(np.empty((0, COUNT)), np.empty(0, dtype=bool))
    assert fit_model([nothing, *judged(), nothing]).weights == pytest.approx(fit_model(judged()).weights)


def test_calibrating_keeps_the_order_and_adds_up() -> None:
    model = fit_model(judged())
    values = judged(1, seed=11)[0].values
    assert model.calibrated(0.5, 2.0).log_odds(values) == pytest.approx(0.5 + 2.0 * model.log_odds(values))


def test_no_weight_contradicts_its_meaning() -> None:
    mirrored = [LabelledTable(-table.values, table.right) for table in judged()]
    for name, weight in zip(FEATURES, fit_model(mirrored).weights, strict=True):
        assert weight * FEATURES[name].sign >= 0


def test_few_judgements_move_a_prior_little_and_none_contradictory_is_accepted() -> None:
    prior = fit_model(judged())
    moved = fit_model(judged(2), prior)
    far = fit_model(judged(2), prior, ridge=0.01)
    assert np.abs(moved.weights - prior.weights).max() < np.abs(far.weights - prior.weights).max()
    with pytest.raises(ValueError, match="right and wrong"):
        fit_model([LabelledTable(np.zeros((2, COUNT)), np.array([False, False]))])


def test_the_model_without_text_does_not_listen_to_text() -> None:
    model = fit_models(judged()).without_text
    weights = dict(zip(FEATURES, model.weights, strict=True))
    assert {weights[name] for name in TEXT_FEATURES} == {0.0}


def test_written_weights_are_read_back(tmp_path: Path) -> None:
    written = fit_models(judged())
    path = tmp_path / "folder" / "decision.toml"
    write_models(path, written, {"sets": "one"})
    read = load_models(path)
    for one, other in ((written.with_text, read.with_text), (written.without_text, read.without_text)):
        assert other.intercept == pytest.approx(one.intercept, abs=1e-6)
        assert other.weights == pytest.approx(one.weights, abs=1e-6)
        assert other.scales == pytest.approx(one.scales, abs=1e-6)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("[with_text.features]", "[with_text.featurs]", "there is no table [with_text.features]"),
        ("\nfast = ", "\nfist = ", "missing or unknown: fast, fist"),
        ("intercept = -1.000000", "intercept = true", "with_text.intercept must be a number, not True"),
        ("\nage = { weight = 0.000000", '\nage = { weight = "x"', "with_text.features.age.weight must be a number"),
        ("scale = 1.000000", "scale = 0.0", "scale must be greater than 0"),
        ("[provenance]", "[provenance", "cannot be read"),
    ],
)
def test_a_mistake_is_told_with_the_place(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    path = tmp_path / "decision.toml"
    write_models(path, DecisionModels(plain(), plain()), {})
    path.write_text(path.read_text().replace(wrong, right, 1))
    with pytest.raises(DataFileError) as error:
        load_models(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)


def test_the_line_of_a_wrong_weight_is_told(tmp_path: Path) -> None:
    path = tmp_path / "decision.toml"
    write_models(path, DecisionModels(plain(), plain()), {})
    lines = path.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if text.startswith("age ="))
    path.write_text("\n".join(lines).replace("\nage = { weight = 0.000000", "\nage = { weight = nan", 1))
    with pytest.raises(DataFileError, match=rf"decision\.toml:{line}: "):
        load_models(path)


def test_the_shipped_weights_load_and_say_how_they_were_made() -> None:
    models = shipped_models()
    assert np.isfinite(models.with_text.weights).all()
    assert "[provenance]" in DECISION_FILE.read_text()
