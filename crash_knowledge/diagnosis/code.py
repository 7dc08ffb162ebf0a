"""Whose code failed: the base product's or a customer's own; and whose process, when memory ran out."""

from __future__ import annotations

from collections.abc import Iterator

from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.stack import method_name, short_name, telling_frame, work
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame


def whose_code(dump: Dump) -> Iterator[Finding]:
    """Says whether the innermost application method is of the base product or of the customer's own code.

    ``PlannerACME(Planner)>>open`` is base code that runs for ACME; ``PlannerACME>>open`` is ACME's own. The customer's
    name comes from the build and the site of the header. Says nothing when no application method is on the stack. "The
    innermost application method is base code that runs for ACME: Planner>>open".
    """
    frame = telling_frame(work(dump).frames)
    if frame is None:
        return
    if customer := own_code_of(dump, frame):
        whose = f"{customer}'s own code"
    elif runs_for := customer_of(frame.receiver, _customers(dump)):
        whose = f"base code that runs for {runs_for}"
    else:
        whose = "base code"
    sentence = f"The innermost application method is {whose}: {method_name(frame)}"
    facts = (Fact("code", "customer code" if customer else "base code"), Fact("method", method_name(frame)))
    yield Finding("whose_code", "code", sentence, "certain" if customer else "likely", (frame.line,), facts)


def culprit(dump: Dump) -> Iterator[Finding]:
    """Names the process that was at work when memory ran out, and its innermost application method.

    The active process of such a dump only happened to run: it is innocent. The stack below the interruption of the
    process named here is the one that the crash is recognised by. Says nothing when the active process itself was at
    work. "The process 'Launcher' was at work when memory ran out (in CM2Contract>>allChannels), not the active process
    'Timer'"
    """
    found = work(dump)
    active = dump.active_process
    if not found.culprit or found.process is None:
        return
    frame = telling_frame(found.frames)
    where = f" (in {method_name(frame)})" if frame else ""
    innocent = f", not the active process '{active.name}'" if active and active.name != found.process.name else ""
    sentence = f"The process '{found.process.name}' was at work when memory ran out{where}{innocent}"
    lines = (found.process.line, *((frame.line,) if frame else ()))
    facts = [Fact("culprit_process", found.process.name)]
    facts += [Fact("exception_class", short_name(dump.exception.class_name))] if dump.exception else []
    yield Finding("culprit", "code", sentence, "likely", lines, tuple(facts))


def own_code_of(dump: Dump, frame: Frame) -> str | None:
    """The customer whose own code this method is; None for base code."""
    return customer_of(frame.implementor, _customers(dump))


def customer_of(class_name: str, customers: tuple[str, ...]) -> str | None:
    """The customer whose name ends the class name, after a small letter, a digit or an underscore."""
    name = short_name(class_name)
    for customer in customers:
        before = name.removesuffix(customer)
        if before and before != name and (before[-1].islower() or before[-1].isdigit() or before[-1] == "_"):
            return customer
    return None


def _customers(dump: Dump) -> tuple[str, ...]:
    build, site = dump.header.build, dump.header.site
    names = (build.customer if build else None, site.customer if site else None)
    return tuple(dict.fromkeys(name for name in names if name))
