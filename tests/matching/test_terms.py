from crash_knowledge.fingerprint.keys import fingerprint_stack
from crash_knowledge.matching.terms import terms_of


def test_a_crash_is_found_by_methods_classes_words_and_cause() -> None:
    found = fingerprint_stack(
        "Subscript out of bounds: 3", ["MediaGeniX.CM2Day class>>openOn:", "BlockClosure>>on:do:"]
    )
    assert terms_of(found) == {
        "m:cm2day class>>openon:",
        "m:blockclosure>>on:do:",
        "k:cm2day",
        "k:blockclosure",
        "c:subscript out of bounds",
        *(f"w:{word}" for word in ("subscript", "out", "of", "bounds", "cm2", "day", "class", "open", "on")),
    }


def test_an_empty_crash_has_no_terms() -> None:
    assert terms_of(fingerprint_stack("", [])) == frozenset()
