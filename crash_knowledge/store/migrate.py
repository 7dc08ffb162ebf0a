"""Brings a database to the schema this program knows.

A change of ``schema`` needs a new file in ``migrations/versions``, numbered on from ``HEAD``, and ``HEAD`` set to it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from crash_knowledge.errors import StoreError
from crash_knowledge.store.engine import WRITES

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0009"


def migrate(engine: Engine) -> None:
    """Apply the migrations that are missing, all or none. Several processes may do this at once.

    Raises StoreError when the database is of a newer program, or not of this program at all.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if _revision(connection) != HEAD:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    """The schema's revision, None for an empty database."""
    names = inspect(connection).get_table_names()
    if not names:
        return None
    where = connection.engine.url.database
    if "alembic_version" not in names:
        raise StoreError(
            f"{where} is a database of another program. Choose another path, or move the file away to start anew."
        )
    revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    if revision > HEAD:
        raise StoreError(
            f"The database {where} was written by a newer version of this program "
            f"(schema {revision}, this program knows {HEAD}). Update the program, or use another database."
        )
    return revision


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
