"""``python -m crash_knowledge`` is the command ``crash-knowledge``."""

from crash_knowledge.cli import main

main()
