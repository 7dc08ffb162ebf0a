"""Whose code failed: the base product's or a customer's own."""

from __future__ import annotations

from collections.abc import Iterator

from crash_knowledge.diagnosis.model import Finding
from crash_knowledge.diagnosis.stack import method_name, short_name, telling_frame, working_frames, working_process
from crash_knowledge.wcr.dump import Dump


def whose_code(dump: Dump) -> Iterator[Finding]:
    """Says whether the innermost application method is of the base product or of the customer's own code.

    ``PlannerACME(Planner)>>open`` is base code that runs for ACME; ``PlannerACME>>open`` is ACME's own. The customer's
    name comes from the build and the site of the header.
    """
    process = working_process(dump)
    frame = telling_frame(working_frames(process)) if process else None
    if frame is None:
        return
    customer = _customer_of(frame.implementor, _customers(dump))
    if customer:
        sentence = f"The innermost application method is {customer}'s own code: {method_name(frame)}"
    elif runs_for := _customer_of(frame.receiver, _customers(dump)):
        sentence = f"The innermost application method is base code that runs for {runs_for}: {method_name(frame)}"
    else:
        sentence = f"The innermost application method is base code: {method_name(frame)}"
    yield Finding("whose_code", "code", sentence, "certain" if customer else "likely", (frame.line,))


def _customers(dump: Dump) -> tuple[str, ...]:
    build, site = dump.header.build, dump.header.site
    names = (build.customer if build else None, site.customer if site else None)
    return tuple(dict.fromkeys(name for name in names if name))


def _customer_of(class_name: str, customers: tuple[str, ...]) -> str | None:
    """The customer whose name ends the class name, after a small letter, a digit or an underscore."""
    name = short_name(class_name)
    for customer in customers:
        before = name.removesuffix(customer)
        if before and before != name and (before[-1].islower() or before[-1].isdigit() or before[-1] == "_"):
            return customer
    return None
