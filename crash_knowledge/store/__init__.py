"""The knowledge base: schema, migrations, repositories, vector index; the only place with SQL."""

from crash_knowledge.store.store import Store
from crash_knowledge.store.unit import Unit

__all__ = ["Store", "Unit"]
