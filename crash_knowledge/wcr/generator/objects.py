"""The arguments section: receivers, their variables and the arguments of the active stack's frames."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from crash_knowledge.wcr.description import FrameBlock, ObjectText, ReceiverText
from crash_knowledge.wcr.generator.incident import Incident, Subject

LONGEST_PRINT = 5_000
"""WHATS'ON cuts longer printed objects with ``...etc...``."""

FRAME = re.compile(
    r"(?P<receiver>[\w.]+)(?P<meta> class)?(?:\((?P<implementor>[\w.]+)(?: class)?\))?>>(?P<selector>.+)"
)

WELL_KNOWN = {"nil": 1, "false": 2, "true": 3}

COLLECTIONS = {"OrderedCollection", "Array", "Set", "IdentitySet", "SortedCollection", "List"}

BLOCK_KEYWORDS = {"while", "do", "ensure", "ifCurtailed", "detect", "ifNone", "collect", "select", "during", "critical"}

VARIABLES_BY_KIND = (
    (
        "Command",
        ("name", "applicationMonitor", "isEnabledHolder", "menuLabelBlock", "executeBlock", "keyShortcut"),
    ),
    ("Button", ("container", "command", "isPressed", "tooltip", "labelHolder", "widgetState", "lastEvent")),
    ("Grid", ("container", "selectionInList", "columns", "rowHeight", "sortColumn", "editPolicy", "lastEvent")),
    ("Controller", ("model", "view", "sensor", "transactionHolder", "statusBar", "isClosing")),
    ("Event", ("time", "window", "x", "y", "state", "button")),
    ("Dispatcher", ("window", "lastWidget", "isDispatching")),
    ("Transaction", ("name", "kind", "session", "isDiscarded", "hasCollidedDuringMerge", "cacheInvalidationCount")),
    ("Service", ("serviceName", "delay", "lastRun", "isStopping", "processedCount", "failedCount")),
    ("Launcher", ("builder", "dependents", "menuBar", "currentUser", "openWindows", "isReadOnly")),
    ("Window", ("icon", "application", "extent", "transientWindows", "isActive")),
    ("Planner", ("builder", "dependents", "daySchedule", "selection", "undoStack", "hasUnsavedChanges")),
    ("Navigator", ("builder", "dependents", "rootObjects", "selection", "layout", "hasUnsavedChanges")),
    ("Scripts", ("installationScriptUtilities", "scriptRunner", "scriptMessage")),
)
"""Ending of the class's name -> instance variables printed for it, when the incident says nothing of it."""

DEFAULT_VARIABLES = ("dependents", "owner", "isActive")

NIL_VARIABLES = {"dependents", "tooltip", "keyShortcut", "lastEvent"}
NUMBER_VARIABLES = {"time", "x", "y", "rowHeight", "processedCount", "failedCount", "cacheInvalidationCount"}
COLLECTION_VARIABLES = {"columns", "openWindows", "rootObjects", "transientWindows", "undoStack"}


@dataclass
class ObjectIds:
    """Gives each printed object its number: small integers their own value, everything else a stable hash."""

    rng: random.Random
    _given: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> ObjectText:
        """The same text is the same object."""
        if text in WELL_KNOWN:
            return ObjectText(WELL_KNOWN[text], text)
        if re.fullmatch(r"\d{1,8}", text):
            return ObjectText(int(text), text)
        return ObjectText(self._given.setdefault(text, self.rng.randint(5, 16_383)), text)


@dataclass
class ArgumentsSection:
    """Makes the blocks of one dump.

    ``values``: what the placeholders of subjects stand for. ``labels``: (command, executor, label) of the monitor.
    """

    incident: Incident
    values: Mapping[str, str]
    ids: ObjectIds
    scale: float
    with_temporaries: bool

    def __post_init__(self) -> None:
        self._subjects = {subject.class_name.format_map(self.values): subject for subject in self.incident.subjects}

    def blocks(self, frames: tuple[str, ...], limit: int | None) -> tuple[FrameBlock, ...]:
        """Blocks of the first ``limit`` frames; frames that are inlined blocks have none."""
        blocks = []
        for number, frame in enumerate(frames[:limit], start=1):
            match = FRAME.fullmatch(frame)
            if match is None:
                continue
            below = frames[number] if number < len(frames) else frame
            above = frames[number - 2] if number > 1 else frame
            receiver = self._receiver(match, above)
            arguments = self._arguments(match["selector"], below)
            temporaries = self._temporaries(match) if self.with_temporaries else ()
            blocks.append(FrameBlock(number, frame, receiver, arguments, temporaries))
        return tuple(blocks)

    def _receiver(self, frame: re.Match[str], above: str) -> ReceiverText:
        class_name = frame["receiver"]
        short_name = class_name.removeprefix("MediaGeniX.")
        if class_name == "UndefinedObject":
            return ReceiverText(self.ids.of("nil"))
        if class_name in ("True", "False"):
            return ReceiverText(self.ids.of(class_name.lower()))
        if frame["meta"]:
            return self._class_receiver(class_name)
        if short_name in self._subjects:
            return self._subject(self._subjects[short_name])
        if class_name == "BlockClosure":
            return self._block_receiver(method_of(above))
        if class_name in COLLECTIONS:
            return self._collection_receiver(class_name)
        if short_name == "AMApplicationMonitorWHATSON":
            return self._monitor_receiver()
        return self._plain_receiver(class_name)

    def _subject(self, subject: Subject) -> ReceiverText:
        text = subject.text.format_map(self.values)
        variables = tuple((name, self.ids.of(value.format_map(self.values))) for name, value in subject.variables)
        if not subject.persistent:
            return ReceiverText(self.ids.of(text), variables)
        class_name = subject.class_name.format_map(self.values)
        bookkeeping, common_attributes = self._bookkeeping(class_name, subject.state)
        return ReceiverText(self.ids.of(text), bookkeeping, common_attributes + variables)

    def _bookkeeping(
        self, class_name: str, state: str
    ) -> tuple[tuple[tuple[str, ObjectText], ...], tuple[tuple[str, ObjectText], ...]]:
        oid = self.values["oid"]
        transaction = self.values["transaction"]
        object_state = f"a MediaGeniX.T3ObjectState({oid},MediaGeniX.{class_name},#{state})"
        user = "a MediaGeniX.T3ObjectState(45288156,MediaGeniX.PSIUserIdentification,#unmodified)"
        session = f"a MediaGeniX.T3Session({self.values['session']})"
        variables = {
            "dependents": "nil",
            "t3Reference": f"a MediaGeniX.T3ObjectReference({class_name}, #({oid}))",
            "session": session,
            "womb": transaction if state == "new" else "nil",
            "isGlobalCorpse": "false",
            "cachedTransaction": transaction,
            "cachedObjectState": object_state,
            "objectStates": f"OrderedCollection ({object_state})",
        }
        attributes = {
            "oid": oid,
            "dateCreated": self.values["date"],
            "dateModified": "nil" if state == "new" else self.values["date"],
            "userCreatedIdentification": user,
            "userModifiedIdentification": "nil" if state == "new" else user,
            "wowIdentificationOrNil_cache": "nil",
        }
        return self._named(variables), self._named(attributes)

    def _class_receiver(self, class_name: str) -> ReceiverText:
        short_name = class_name.removeprefix("MediaGeniX.")
        variables = {
            "superclass": "MediaGeniX.T3Object" if class_name != short_name else "Object",
            "methodDict": "MethodDictionary ()",
            "format": "16387",
            "subclasses": "nil",
            "instanceVariables": "nil",
            "organization": "",
            "name": f"#{short_name}",
        }
        return ReceiverText(self.ids.of(class_name), self._named(variables))

    def _block_receiver(self, method: str) -> ReceiverText:
        variables = {
            "method": f"CompiledBlock [] in {method}",
            "outerContext": "nil",
            "copiedValues": self._print_collection("#", self.ids.rng.randint(1, 3)),
        }
        return ReceiverText(self.ids.of(f"BlockClosure [] in {method}"), self._named(variables))

    def _collection_receiver(self, class_name: str) -> ReceiverText:
        count = max(1, round(12 * self.scale))
        size = {"tally": str(count)} if "Set" in class_name else {"firstIndex": "1", "lastIndex": str(count)}
        return ReceiverText(self.ids.of(self._print_collection(class_name + " ", count)), self._named(size))

    def _print_collection(self, opening: str, count: int) -> str:
        first = int(self.values["oid"])
        elements = " ".join(f"a PSITransmission{self.values['suffix']} (oid = {first + 16 * i})" for i in range(count))
        text = f"{opening}({elements})"
        return text if len(text) <= LONGEST_PRINT else text[: LONGEST_PRINT - 11] + " ...etc...)"

    def _monitor_receiver(self) -> ReceiverText:
        label, selector = self.incident.command
        executor = f"a MediaGeniX.{self.values['application']}"
        variables = {
            "userActionLogs": "OrderedCollection (a MediaGeniX.AMUserActionLog a MediaGeniX.AMUserActionLog)",
            "shouldCollectUserActions": "true",
            "shouldTimeUserActions": "false",
            "commandBeingExecuted": f"a MediaGeniX.MAFPluggableCommand - {executor} >> {selector}",
            "executorOfCommandBeingExecuted": executor,
            "labelOfCommandBeingExecuted": f"'{label}'",
        }
        return ReceiverText(self.ids.of("a MediaGeniX.AMApplicationMonitorWHATSON"), self._named(variables))

    def _plain_receiver(self, class_name: str) -> ReceiverText:
        base_name = class_name.removesuffix(self.values["suffix"])
        names = next((names for ending, names in VARIABLES_BY_KIND if base_name.endswith(ending)), DEFAULT_VARIABLES)
        article = "an" if class_name[0] in "AEIOU" else "a"
        variables = {name: self._plain_value(class_name, name) for name in names}
        return ReceiverText(self.ids.of(f"{article} {class_name}"), self._named(variables))

    def _plain_value(self, class_name: str, name: str) -> str:
        if name in NIL_VARIABLES:
            return "nil"
        if name in NUMBER_VARIABLES:
            return str(len(class_name) * 7 + len(name))
        if name in COLLECTION_VARIABLES:
            return self._print_collection("OrderedCollection ", max(1, round(4 * self.scale)))
        if name.startswith(("is", "has")):
            return "false"
        return f"a MediaGeniX.{name[0].upper()}{name[1:]}"

    def _arguments(self, selector: str, below: str) -> tuple[ObjectText, ...]:
        if selector == "doesNotUnderstand:":
            return (self.ids.of(self.incident.exception.parameter.format_map(self.values)),)
        printed = dict(self.incident.arguments).get(selector)
        if printed is not None:
            return tuple(self.ids.of(text.format_map(self.values)) for text in printed)
        block = f"BlockClosure [] in {method_of(below)}"
        keywords = re.findall(r"(\w+):", selector)
        arguments = []
        for keyword in keywords:
            last_word = re.sub(r".*?([A-Z]?[a-z]+)$", r"\1", keyword).lower()
            text = block if last_word in BLOCK_KEYWORDS or keyword in BLOCK_KEYWORDS else self._plain_argument(keyword)
            arguments.append(self.ids.of(text))
        return tuple(arguments)

    def _plain_argument(self, keyword: str) -> str:
        if keyword == "on":
            return "TerminateException"
        if keyword in ("executor", "executeFor", "handleExecuteFor", "dispatchExecutionTo"):
            return f"a MediaGeniX.{self.values['application']}"
        return f"a MediaGeniX.{keyword[0].upper()}{keyword[1:]}"

    def _temporaries(self, frame: re.Match[str]) -> tuple[ObjectText, ...]:
        if not frame["receiver"].startswith("MediaGeniX."):
            return ()
        return tuple(self.ids.of(text) for text in ("nil", self.values["oid"]))

    def _named(self, values: Mapping[str, str]) -> tuple[tuple[str, ObjectText], ...]:
        return tuple((name, self.ids.of(text)) for name, text in values.items())


def method_of(frame: str) -> str:
    """``Class>>selector`` of a frame, the implementor's, without blocks."""
    text = re.sub(r"^(?:optimized )?(?:\[\] in )*", "", frame)
    match = FRAME.fullmatch(text)
    if match is None:
        return text
    return f"{match['implementor'] or match['receiver']}>>{match['selector']}"
