"""What identifies a failure: its normalised cause and stack, and the keys made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NormalFrame:
    """A frame freed of what varies between customers, builds and block nesting.

    ``method`` is ``class>>selector`` in lower case, the unit of comparison; ``class_name`` its class part;
    ``text`` what a person reads. ``number`` is the first frame of the dump that it stands for.
    """

    method: str
    class_name: str
    text: str
    in_app: bool
    number: int


@dataclass(frozen=True, slots=True)
class Keys:
    """What crashes are looked up by; each is the 64 hex digits of a SHA-256."""

    exact: str
    structural: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The three levels and what they were made of.

    ``version``: number of the rules it was made by.
    ``exact``, ``structural``, ``seed_exact``, ``seed_structural``: 64 hex digits of a SHA-256.
    ``semantic_text``: what the text model embeds.
    ``process``: name of the process whose stack this is; ``culprit``: it is not the active process.
    ``customer_tags``: customers that the dump's header and build name.
    ``earlier``: keys of the same dump by earlier rules that crashes are still stored under, where they differ.
    """

    version: int
    exact: str
    structural: str
    seed_exact: str
    seed_structural: str
    error_type: str
    cause: str
    receiver_class: str | None
    frames: tuple[NormalFrame, ...]
    semantic_text: str
    process: str | None = None
    culprit: bool = False
    customer_tags: tuple[str, ...] = ()
    earlier: tuple[Keys, ...] = ()

    @property
    def exact_keys(self) -> tuple[str, ...]:
        """The exact key by the present rules, then those by earlier ones."""
        return tuple(dict.fromkeys((self.exact, *(keys.exact for keys in self.earlier))))

    @property
    def structural_keys(self) -> tuple[str, ...]:
        """The structural key by the present rules, then those by earlier ones."""
        return tuple(dict.fromkeys((self.structural, *(keys.structural for keys in self.earlier))))

    @property
    def in_app(self) -> tuple[NormalFrame, ...]:
        return tuple(frame for frame in self.frames if frame.in_app)
