"""Every error this program raises on purpose. Each message says what happened, to what, and what to do."""


class CrashKnowledgeError(Exception):
    """Base of all errors whose message is meant for the user."""


class NotADump(CrashKnowledgeError):
    """The content holds no WCR dump at all."""


class InputTooLarge(CrashKnowledgeError):
    """A file, or all files of one upload together, is over the limit."""


class DataFileError(CrashKnowledgeError):
    """A knowledge file under ``data/`` is wrong; the message names the file and the line."""


class StoreError(CrashKnowledgeError):
    """The database cannot be opened, read or written."""


class StoreBusy(StoreError):
    """Another process held the write lock for longer than we wait."""


class UnknownRecord(StoreError, LookupError):
    """The store has no record of that kind with that id."""


class InvalidReview(CrashKnowledgeError, ValueError):
    """A review cannot be saved as it was filled in.

    ``problems`` maps the field's name to the sentence shown beside it.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


class CorrectionRefused(CrashKnowledgeError, ValueError):
    """A correction of the grouping, or its undoing, cannot be made; nothing was changed."""


class LifeStepRefused(CrashKnowledgeError, ValueError):
    """A step in the life of a pattern (resolve, mute, reopen, undo) cannot be taken; nothing was changed."""


class CommentRefused(CrashKnowledgeError, ValueError):
    """A comment or a ticket cannot be kept as it was given; the message says why."""


class SolutionRefused(CrashKnowledgeError, ValueError):
    """A solution cannot be added, changed or withdrawn as it was said; nothing was changed."""


class EmbeddingUnavailable(CrashKnowledgeError):
    """No text model can be loaded; the message says why and what to do."""


class ModelStepRefused(CrashKnowledgeError):
    """The decision's weights cannot be recalibrated, refitted or rolled back now; the message says why."""
