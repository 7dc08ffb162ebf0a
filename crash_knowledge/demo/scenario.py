"""The demo scenario of ``data/demo/scenario.toml``: who crashes how often, of what, and what helped."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from crash_knowledge.data_file import line_of, load_tables
from crash_knowledge.errors import DataFileError
from crash_knowledge.settings import DATA_DIR
from crash_knowledge.store.records import Severity
from crash_knowledge.wcr.description import ArgumentStyle, ExceptionText, NumberFormat
from crash_knowledge.wcr.generator import catalogue
from crash_knowledge.wcr.generator.dates import Language
from crash_knowledge.wcr.generator.incident import Customer, Database, Incident, Situation, Subject

SCENARIO_FILE = DATA_DIR / "demo" / "scenario.toml"

RelationKind = Literal["causes", "co_occurs", "evolves_from", "similar_fix"]

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=STRICT)
class Release:
    """``line_day``: how many days before the end of the year its line came out, which gives the line's name."""

    name: str
    patch: str
    line_day: int

    def version(self, end: datetime) -> str:
        """``2025r1.000.031``: as the dump prints it."""
        came_out = end - timedelta(days=self.line_day)
        return f"{came_out.year}r{came_out.month}.{self.patch}"


@dataclass(frozen=True, config=STRICT)
class DemoCustomer:
    """``releases``: (release name, days before the end when it was installed), oldest first."""

    code: str
    database: Database
    environment: str
    tz_offset_seconds: int
    number_format: NumberFormat
    language: Language
    channels: tuple[str, ...]
    computers: str
    users: tuple[str, ...]
    weight: float
    argument_style: ArgumentStyle
    releases: tuple[tuple[str, int], ...]

    def customer(self) -> Customer:
        return Customer(
            code=self.code,
            suffix=self.code,
            database=self.database,
            environment=self.environment,
            tz_offset_seconds=self.tz_offset_seconds,
            number_format=self.number_format,
            language=self.language,
            channels=self.channels,
        )

    def release_on(self, day: int) -> str:
        """The release that ran ``day`` days before the end."""
        installed = [name for name, since in self.releases if since >= day]
        return installed[-1] if installed else self.releases[0][0]


@dataclass(frozen=True, config=STRICT)
class PlannedSolution:
    """``works``: how often it helps, 0..1."""

    text: str
    works: float = Field(ge=0, le=1)


@dataclass(frozen=True, config=STRICT)
class NilVariables:
    """Attributes of a domain object that were nil at the crash, with the class of the object."""

    class_name: str
    names: tuple[str, ...]


@dataclass(frozen=True, config=STRICT)
class DemoPattern:
    """A pattern as it is meant, see the comments of the file. Days are counted back from the end."""

    key: str
    situations: tuple[Situation, ...]
    weight: float
    severity: Severity
    downtime_minutes: tuple[int, int]
    features: tuple[str, ...]
    solutions: tuple[PlannedSolution, ...] = ()
    incident: str | None = None
    not_understood: str | None = None
    oracle_error: str | None = None
    error: str | None = None
    exception: str = "Error"
    parameter: str = "nil"
    frames: tuple[str, ...] = ()
    detours: tuple[tuple[str, ...], ...] = ()
    detours_after: int = 0
    application: str = "WOnLauncher{suffix}"
    command: tuple[str, str] = ("", "")
    window: str = ""
    service: str = "CM2RunUpdateService"
    nil_variables: NilVariables | None = None
    prevention: str = ""
    customers: tuple[str, ...] = ()
    first_day: int | None = None
    last_day: int = 0
    silent_days: tuple[int, int] | None = None
    growing: bool = False
    worse_from_release: str | None = None
    resolved_in: str | None = None
    came_back: bool = False

    def happens_at(self, customer: DemoCustomer) -> bool:
        """Some patterns belong to some customers, and Oracle's errors to those who have Oracle."""
        if self.customers:
            return customer.code in self.customers
        needs_oracle = self.oracle_error is not None or self.incident in ("MISSING_LIBRARY", "INVALID_IDENTIFIER")
        return not needs_oracle or customer.database.startswith("oracle")

    def as_incident(self, situation: Situation, detour: tuple[str, ...] = ()) -> Incident:
        """The incident in one of the pattern's situations, by one of its detours or none."""
        if self.incident is not None:
            known: Incident = getattr(catalogue, self.incident)
            return known
        cause, exception = self._failure()
        top = ("UndefinedObject(Object)>>doesNotUnderstand:",) if self.not_understood else ()
        return Incident(
            cause=cause,
            exception=exception,
            frames=(*top, *self.frames[: self.detours_after], *detour, *self.frames[self.detours_after :]),
            situation=situation,
            application=self.application,
            window_title=self.window,
            command=self.command,
            subjects=self._subjects(),
            service=self.service,
        )

    def _failure(self) -> tuple[str, ExceptionText]:
        if self.not_understood is not None:
            text = f"Message not understood: {self.not_understood}"
            parameter = f"a Message with selector: {self.not_understood} and arguments: #()"
            return f"Unhandled exception: {text}", ExceptionText("MessageNotUnderstood", text, parameter)
        if self.oracle_error is not None:
            number = int(self.oracle_error.removeprefix("ORA-").partition(":")[0])
            parameter = f"#({number} - '{self.oracle_error}\n'\n)\n"
            text = f" \n{self.oracle_error}\n"
            return f"Unhandled exception: {text}", ExceptionText("OracleError", text, parameter)
        text = self.error or ""
        return f"Unhandled exception: {text}", ExceptionText(self.exception, text, self.parameter)

    def _subjects(self) -> tuple[Subject, ...]:
        nil = self.nil_variables
        if nil is None:
            return ()
        variables = tuple((name, "{near_oid}" if name.endswith("OID") else "nil") for name in nil.names)
        return (Subject(nil.class_name, f"a {nil.class_name} (oid = {{oid}})", variables, persistent=True),)


@dataclass(frozen=True, config=STRICT)
class Relation:
    """A relation between two patterns that is planted in the data, with its chance and delay where it has them."""

    source: str
    target: str
    kind: RelationKind
    chance: float = 0.0
    minutes: tuple[int, int] = (1, 20)


@dataclass(frozen=True, config=STRICT)
class ReviewHabits:
    validators: tuple[str, ...]
    share: float
    share_of_first: float
    unsure: float


@dataclass(frozen=True, config=STRICT)
class Scenario:
    crashes: int
    days: int
    releases: tuple[Release, ...]
    customers: tuple[DemoCustomer, ...]
    reviews: ReviewHabits
    relations: tuple[Relation, ...]
    patterns: tuple[DemoPattern, ...]

    def pattern(self, key: str) -> DemoPattern:
        return next(pattern for pattern in self.patterns if pattern.key == key)

    def version(self, release: str, end: datetime) -> str:
        return next(known for known in self.releases if known.name == release).version(end)


def load_scenario(path: Path = SCENARIO_FILE) -> Scenario:
    """Read and check the scenario. Raises DataFileError with file and line."""
    scenario, text = load_tables(path, Scenario)
    _check_names(scenario, path, text)
    return scenario


def _check_names(scenario: Scenario, path: Path, text: str) -> None:
    """Names that point to another table must be there."""
    patterns = {pattern.key for pattern in scenario.patterns}
    releases = {release.name for release in scenario.releases}
    customers = {customer.code for customer in scenario.customers}
    uses: list[tuple[tuple[Any, ...], str | None, set[str]]] = []
    for i, relation in enumerate(scenario.relations):
        uses += [(("relations", i, "source"), relation.source, patterns)]
        uses += [(("relations", i, "target"), relation.target, patterns)]
    for i, customer in enumerate(scenario.customers):
        uses += [(("customers", i, "releases"), name, releases) for name, _ in customer.releases]
    for i, pattern in enumerate(scenario.patterns):
        uses += [(("patterns", i, "customers"), code, customers) for code in pattern.customers]
        uses += [(("patterns", i, "worse_from_release"), pattern.worse_from_release, releases)]
        uses += [(("patterns", i, "resolved_in"), pattern.resolved_in, releases)]
        uses += [(("patterns", i, "incident"), pattern.incident, set(vars(catalogue)))]
    for place, name, known in uses:
        if name is not None and name not in known:
            raise DataFileError(f"{path}, line {line_of(text, place)}: {place[0]}.{place[2]}: unknown name {name!r}")
