"""What every language must say: the keys of its phrases and the names that each may be filled with."""

from __future__ import annotations

from typing import Literal

Table = Literal["forms", "customer", "inside"]

_FORMS_PLAIN = """
    first_day thousands decimal once twice mark withheld
"""
_FORMS_FILLED = {
    "date": "day month year",
    "time": "hour minute",
    "moment": "date time",
    "percent": "number",
    "over": "amount",
    "and": "before last",
    "times": "number",
    "quoted": "text",
}

_CUSTOMER_PLAIN = """
    subject greeting thanks while_command while_service while_login while_upgrade cause_base_code
    cause_customer_code cause_data cause_configuration cause_permission cause_upgrade_script
    cause_database_schema cause_client_installation cause_capacity cause_infrastructure unsaved
    known new no_solution needs need_whole_dump need_steps need_time need_version password closing
    signature
"""
_CUSTOMER_FILLED = {
    "subject_dated": "date",
    "thanks_dated": "date",
    "version": "version",
    "solution": "solution",
    "fixed_newer": "fixed",
    "fixed_other_line": "fixed line",
    "fixed_unknown": "fixed",
    "fixed_came_back": "fixed",
    "marked": "mark",
}

_INSIDE_PLAIN = """
    state_new greeting closing summary facts technical remedy advice known_plain new new_plain
    level_exact level_structural level_semantic level_fuzzy level_manual while_some_command
    while_some_service while_login while_some_upgrade cause_base_code cause_customer_code cause_data
    cause_configuration cause_permission cause_upgrade_script cause_database_schema
    cause_client_installation cause_capacity cause_infrastructure unsaved no_solution
    need_whole_dump need_steps need_time need_version password investigate
"""
_INSIDE_FILLED = {
    "subject": "what",
    "state_known": "pattern",
    "site": "site",
    "moment": "moment",
    "version": "version",
    "user": "user",
    "file": "file number",
    "known": "pattern percent level",
    "seen_once": "first",
    "seen": "times first last",
    "seen_one_day": "times first",
    "sites": "number",
    "versions": "versions",
    "while_command": "command",
    "while_service": "service",
    "while_upgrade": "script",
    "executor": "executor",
    "method": "method",
    "exception": "exception",
    "not_understood": "receiver message",
    "nil_receiver": "message",
    "nil_candidates": "names",
    "dangling": "reference",
    "iteration": "position count",
    "permission": "permission",
    "library": "library",
    "error_code": "code",
    "table": "table",
    "memory": "used limit",
    "memory_asked": "asked",
    "memory_grew": "classes",
    "objects_new": "number",
    "objects_modified": "number",
    "objects_removed": "number",
    "ticket": "ticket",
    "image": "date",
    "uptime": "hours",
    "air_past": "date",
    "air_today": "date",
    "air_tomorrow": "date",
    "air_later": "days date",
    "solution_worked": "solution worked",
    "solution_mixed": "solution worked failed",
    "last_worked": "date",
    "last_worked_in": "date version",
    "solution_proposed": "solution",
    "solution_failed": "solution failed",
    "fixed_newer": "fixed",
    "fixed_other_line": "fixed line",
    "fixed_unknown": "fixed",
    "fixed_came_back": "fixed",
    "marked": "mark",
}


def _slots(plain: str, filled: dict[str, str]) -> dict[str, frozenset[str]]:
    return {key: frozenset() for key in plain.split()} | {
        key: frozenset(names.split()) for key, names in filled.items()
    }


SLOTS: dict[Table, dict[str, frozenset[str]]] = {
    "forms": _slots(_FORMS_PLAIN, _FORMS_FILLED),
    "customer": _slots(_CUSTOMER_PLAIN, _CUSTOMER_FILLED),
    "inside": _slots(_INSIDE_PLAIN, _INSIDE_FILLED),
}
"""For each phrase of a table, the names in braces that it may use. ``forms.months`` is the one list beside them."""
