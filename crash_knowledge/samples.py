"""The bundled sample dumps, for a first try."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from crash_knowledge.errors import DataFileError
from crash_knowledge.settings import SAMPLES_DIR


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundled dump file: its name, a title and a sentence on what it shows."""

    file_name: str
    title: str
    sentence: str

    def read(self) -> bytes:
        return (SAMPLES_DIR / self.file_name).read_bytes()


def samples() -> tuple[Sample, ...]:
    """All samples, in the order of ``data/samples/samples.toml``. Raises DataFileError."""
    path = SAMPLES_DIR / "samples.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["sample"]
        return tuple(Sample(entry["file"], entry["title"], entry["sentence"]) for entry in entries)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise DataFileError(f"{path}: {error}") from error
