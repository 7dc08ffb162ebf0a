"""What people hang on patterns to find them again: tags, and who looks after them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import crash_patterns, pattern_assignees, pattern_tags
from crash_knowledge.store.schema.catalogue import LONGEST_TAG

_TAG = pattern_tags.c
_PATTERN = crash_patterns.c


class Tags(Repository):
    """The tags of a pattern that was merged are those of its heir too; undoing the merge takes them back."""

    def add(self, pattern_id: int, tag: str, by: str, at: datetime) -> bool:
        """Hang a tag on a pattern; False when it has it. Raises ValueError for an empty tag."""
        tidy = tidy_tag(tag)
        if not tidy:
            raise ValueError("a tag needs a letter or a digit")
        if tidy in self.of_pattern(pattern_id):
            return False
        return self._insert_if_absent(pattern_tags, pattern_id=pattern_id, tag=tidy, tagged_by=by, tagged_at=at)

    def remove(self, pattern_id: int, tag: str) -> bool:
        """Take a tag off a pattern, and off those merged into it; False when none has it."""
        gone = pattern_tags.delete().where(_TAG.pattern_id.in_(self._family(pattern_id)), _TAG.tag == tidy_tag(tag))
        return self._connection.execute(gone).rowcount > 0

    def of_pattern(self, pattern_id: int) -> tuple[str, ...]:
        """The tags of a pattern and of those merged into it, in order."""
        query = select(_TAG.tag).distinct().where(_TAG.pattern_id.in_(self._family(pattern_id))).order_by(_TAG.tag)
        return tuple(self._connection.execute(query).scalars())

    def all(self) -> tuple[str, ...]:
        """Every tag that is in use, in order."""
        return tuple(self._connection.execute(select(_TAG.tag).distinct().order_by(_TAG.tag)).scalars())

    def assign(self, pattern_id: int, assignee: str | None, by: str, at: datetime) -> None:
        """Say who looks after a pattern; None or nothing but spaces: nobody."""
        name = " ".join((assignee or "").split())
        if not name:
            self._connection.execute(pattern_assignees.delete().where(pattern_assignees.c.pattern_id == pattern_id))
            return
        row = {"pattern_id": pattern_id, "assignee": name, "assigned_by": by, "assigned_at": at}
        statement = dialect.insert(self._connection, pattern_assignees).values(self._marked(pattern_assignees, row))
        changed = {"assignee": name, "assigned_by": by, "assigned_at": at}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["pattern_id"], set_=changed))

    def assignee(self, pattern_id: int) -> str | None:
        query = select(pattern_assignees.c.assignee).where(pattern_assignees.c.pattern_id == pattern_id)
        return self._connection.execute(query).scalar_one_or_none()

    def _family(self, pattern_id: int) -> list[int]:
        """The pattern and all that were merged into it, however often."""
        family, latest = {pattern_id}, [pattern_id]
        while latest:
            query = select(_PATTERN.id).where(_PATTERN.merged_into_id.in_(latest))
            latest = [one for one in self._connection.execute(query).scalars() if one not in family]
            family.update(latest)
        return sorted(family)


def tidy_tag(tag: str) -> str:
    """The one way a tag is written: lower case, single spaces, without ``,``."""
    words = " ".join(tag.replace(",", " ").split()).lower()
    return words[:LONGEST_TAG].strip()
