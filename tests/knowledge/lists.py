"""Lists of fingerprint rules that a test may edit, in place of those under ``data``."""

from __future__ import annotations

import shutil
from pathlib import Path

from crash_knowledge.fingerprint import rules
from crash_knowledge.wcr import frame_lists


class EditableLists:
    """A copy of the shipped lists in ``folder``, in force in this process until ``restore``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shipped = frame_lists.LISTS_DIR
        if not folder.exists():
            shutil.copytree(self._shipped, folder)
        self._use(folder)

    def write(self, name: str, *entries: str) -> None:
        """The shipped list with these entries added, whatever was added before."""
        shipped = (self._shipped / name).read_text(encoding="utf-8")
        (self._folder / name).write_text("\n".join([shipped, *entries, ""]), encoding="utf-8")
        self._use(self._folder)

    def restore(self) -> None:
        self._use(self._shipped)

    def _use(self, folder: Path) -> None:
        frame_lists.LISTS_DIR = folder
        frame_lists.frame_lists.cache_clear()
        rules._rules.cache_clear()
