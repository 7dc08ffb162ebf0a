"""The lists under ``data/fingerprint`` that a domain expert edits: plumbing, framework layers, customer suffixes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crash_knowledge.data_file import read_entries
from crash_knowledge.errors import DataFileError
from crash_knowledge.settings import DATA_DIR
from crash_knowledge.wcr.model import Frame

LISTS_DIR = DATA_DIR / "fingerprint"

_RULE = re.compile(r"(?P<class_name>\*|[A-Za-z_]\w*)>>(?P<selector>\*|\S+)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_CLASS = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(frozen=True, slots=True)
class FrameLists:
    """What is not in-app, and which endings of a class name are a customer's.

    ``methods``: pairs (class, selector); ``classes`` and ``selectors``: every method of that class, of that name.
    """

    methods: frozenset[tuple[str, str]]
    classes: frozenset[str]
    selectors: frozenset[str]
    framework_prefixes: tuple[str, ...]
    customer_suffixes: tuple[str, ...]

    def is_in_app(self, frame: Frame) -> bool:
        """Whether this frame of a dump is neither error machinery nor plumbing nor a framework layer.

        A line that is no Smalltalk frame counts as in-app: no rule is known for it.
        """
        if _CLASS.fullmatch(frame.receiver) is None or _CLASS.fullmatch(frame.implementor) is None:
            return True
        return not self.is_plumbing(frame.implementor.rpartition(".")[2], frame.selector)

    def is_plumbing(self, class_name: str, selector: str) -> bool:
        """Whether this method (class without namespace) is error machinery, plumbing or a framework layer."""
        return (
            class_name in self.classes
            or selector in self.selectors
            or (class_name, selector) in self.methods
            or (
                class_name.startswith(self.framework_prefixes)
                and any(_begins(class_name, prefix) for prefix in self.framework_prefixes)
            )
        )


def load_lists(folder: Path) -> FrameLists:
    """Read and check the three lists of ``folder``. Raises DataFileError with file and line."""
    rules = [_checked_rule(*entry) for entry in read_entries(folder / "plumbing_frames.txt")]
    return FrameLists(
        methods=frozenset((name, selector) for name, selector in rules if "*" not in (name, selector)),
        classes=frozenset(name for name, selector in rules if selector == "*"),
        selectors=frozenset(selector for name, selector in rules if name == "*"),
        framework_prefixes=read_names(folder / "framework_prefixes.txt"),
        customer_suffixes=read_names(folder / "customer_suffixes.txt"),
    )


def read_names(path: Path) -> tuple[str, ...]:
    """The names of a list, one a line, in its order. Raises DataFileError with file and line."""
    names: list[str] = []
    for _, number, entry in read_entries(path):
        if _NAME.fullmatch(entry) is None:
            raise DataFileError(f"{path}:{number}: “{entry}” is no beginning or ending of a class name.")
        if entry in names:
            raise DataFileError(f"{path}:{number}: “{entry}” stands in the list already.")
        names.append(entry)
    return tuple(names)


@cache
def frame_lists() -> FrameLists:
    """The lists of this installation, read once per process."""
    return load_lists(LISTS_DIR)


def _begins(class_name: str, prefix: str) -> bool:
    if not class_name.startswith(prefix):
        return False
    following = class_name[len(prefix) : len(prefix) + 1]
    return not following.islower()


def _checked_rule(path: Path, number: int, entry: str) -> tuple[str, str]:
    rule = _RULE.fullmatch(entry)
    if rule is None or entry == "*>>*":
        raise DataFileError(f"{path}:{number}: “{entry}” is no rule; write Class>>selector, Class>>* or *>>selector.")
    return rule["class_name"], rule["selector"]
