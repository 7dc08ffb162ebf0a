"""Where things are and how the installation is set up, by environment variables ``CRASH_KNOWLEDGE_*``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from crash_knowledge.tickets import check_template

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = ROOT / "data"
SAMPLES_DIR = DATA_DIR / "samples"


class Settings(BaseSettings):
    """Settings of this installation.

    ``home``: folder for everything the program writes (database, redaction key, prepared model).
    ``database_url``: SQLAlchemy URL; default a SQLite file in ``home``.
    ``model``: name or folder of a sentence-transformers model; empty is the bundled MiniLM.
    ``max_upload_mb``: all files of one upload together.
    ``ticket_url``: address of a ticket with ``{key}`` in it; empty: tickets are shown without a link.
    """

    model_config = SettingsConfigDict(env_prefix="CRASH_KNOWLEDGE_")

    home: Path = DATA_DIR / "local"
    database_url: str = ""
    model: str = ""
    max_upload_mb: int = Field(default=200, ge=1)
    ticket_url: str = ""

    @field_validator("ticket_url")
    @classmethod
    def _is_an_address(cls, template: str) -> str:
        return check_template(template.strip())

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'knowledge.db'}"

    @property
    def redaction_key_path(self) -> Path:
        return self.home / "redaction.key"

    @property
    def model_dir(self) -> Path:
        return self.home / "model"


@cache
def settings() -> Settings:
    """The settings, read once per process."""
    return Settings()
