"""The lists that a domain expert edits: what they mean, and what is said of a mistake."""

from pathlib import Path

import pytest

from crash_knowledge.errors import DataFileError
from crash_knowledge.wcr.frame_lists import frame_lists, load_lists

RULES = "# plumbing\nBlock>>*   # all\nFoo>>bar:\n*>>error:\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plumbing_frames.txt").write_text(RULES)
    (tmp_path / "framework_prefixes.txt").write_text("MAF\n")
    (tmp_path / "customer_suffixes.txt").write_text("# none yet\n")
    return tmp_path


@pytest.mark.parametrize(
    ("class_name", "selector", "plumbing"),
    [
        ("Block", "value", True),
        ("Foo", "bar:", True),
        ("Foo", "baz", False),
        ("Anything", "error:", True),
        ("MAFCommand", "run", True),
        ("MAF2Widget", "run", True),
        ("MAF", "run", True),
        ("MAFia", "run", False),
    ],
)
def test_rules(folder: Path, class_name: str, selector: str, plumbing: bool) -> None:
    assert load_lists(folder).is_plumbing(class_name, selector) is plumbing


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("plumbing_frames.txt", "Block>>*\nnonsense\n", "plumbing_frames.txt:2: “nonsense”"),
        ("plumbing_frames.txt", "*>>*\n", "plumbing_frames.txt:1"),
        ("framework_prefixes.txt", "MAF\n\nMAF\n", "framework_prefixes.txt:3: “MAF” stands in the list already"),
        ("customer_suffixes.txt", "two words\n", "customer_suffixes.txt:1"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder: Path, name: str, content: str, where: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(DataFileError) as error:
        load_lists(folder)
    assert where in str(error.value)


def test_a_missing_list_is_told(folder: Path) -> None:
    (folder / "customer_suffixes.txt").unlink()
    with pytest.raises(DataFileError, match=r"customer_suffixes\.txt: cannot be read"):
        load_lists(folder)


def test_the_shipped_lists_load() -> None:
    lists = frame_lists()
    assert "BlockClosure" in lists.classes
    assert "doesNotUnderstand:" in lists.selectors
    assert "MAF" in lists.framework_prefixes
