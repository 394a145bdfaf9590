"""Parts go by name, so that a setting is plain text: it prints, compares and travels."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, overload

from workbook.parts.synonyms import did_you_mean


@dataclass(frozen=True, repr=False)
class Part:
    """What an experiment is put together from. Parts are equal when their names and functions are."""

    name: str
    registry: ClassVar[Registry[Any] | None] = None

    def __repr__(self) -> str:
        return repr(self.name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Travel to another process as a name, where the name makes this very part."""
        if self.registry is not None and self.registry.makes(self):
            return _called, (type(self), self.name)
        return super().__reduce_ex__(protocol)


def _called(kind: type[Part], name: str) -> Part:
    return kind.registry[name] if kind.registry is not None else Part(name)


def plain(number: float) -> str:
    """Return a number as it stands in a part's name: 1, 0.1; as many digits as tell it from every other."""
    return f"{number:.15g}" if float(f"{number:.15g}") == number else repr(float(number))


Kind = TypeVar("Kind", bound=Part)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the end of an error message: the known name that `word` seems to mean, then all of them."""
    known = sorted(known)
    return f"{did_you_mean(word, known)} Known: {', '.join(map(repr, known))}."


Thing = TypeVar("Thing")


class Catalogue(dict[str, Thing]):
    """Things of one kind by name; a name that there is not raises a TypeError that gives the nearest."""

    def __init__(self, kind: str, things: Iterable[tuple[str, Thing]]) -> None:
        super().__init__(things)
        self.kind = kind

    def __missing__(self, name: str) -> Thing:
        raise TypeError(f"there is no {self.kind} {name!r}.{nearest(str(name), self)}")


class Registry(Generic[Kind]):
    """The parts of one kind. `registry["leaky relu(0.1)"]` makes the part of that name.

    Numbers in brackets are the part's parameters; left out, they take their defaults. The same name gives
    the same part each time.
    """

    def __init__(self, kind: str, part_type: type[Kind]) -> None:
        self.kind, self.part_type = kind, part_type
        part_type.registry = self
        self._makers: dict[str, Callable[..., Kind]] = {}
        self._made: dict[tuple[str, tuple[float, ...]], Kind] = {}

    def add(self, name: str, maker: Callable[..., Kind]) -> None:
        """Register `maker`, which takes the part's parameters (floats) and returns the part."""
        self._makers[name] = maker

    def add_plain(self, name: str, maker: Callable[..., Kind], *arguments: Any) -> None:
        """Register a part that has no parameters; maker(name, *arguments) makes it, when first asked for."""
        self._makers[name] = lambda: maker(name, *arguments)

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __getitem__(self, setting: str | Kind) -> Kind:
        """Return the part that `setting` names; a part passes through unchanged.

        Raises TypeError for a name that nobody registered, ValueError for wrong parameters.
        """
        if isinstance(setting, self.part_type):
            return setting
        if not isinstance(setting, str):
            meant = getattr(setting, "__name__", "")
            hint = f". Did you mean {meant!r}, in quotes?" if meant in self._makers else ""
            raise TypeError(
                f"{self.kind} must be a name (text) or {self.part_type.__name__}, not {setting!r:.60}{hint}"
            )
        name, _, parameters = setting.strip().removesuffix(")").partition("(")
        name = name.strip()
        if name not in self._makers:
            raise TypeError(f"no {self.kind} is called {setting!r}.{nearest(name, self._makers)}")
        signature = inspect.signature(self._makers[name])
        try:
            numbers = tuple(float(p) for p in re.split(r"[,\s]+", parameters) if p)
            bound = signature.bind(*numbers)
        except (TypeError, ValueError):
            wanted = ", ".join(map(str, signature.parameters)) or "none"
            raise ValueError(f"{self.kind} {setting!r} has the wrong parameters; wanted: {wanted}") from None
        bound.apply_defaults()
        return self.make(name, *bound.args)

    def make(self, name: str, *numbers: float) -> Kind:
        """Return the part of that name with all its parameters, the same one each time."""
        if (name, numbers) not in self._made:
            self._made[name, numbers] = self._makers[name](*numbers)
        return self._made[name, numbers]

    def makes(self, part: Kind) -> bool:
        """Return whether the part's name makes this very part again."""
        try:
            return self[part.name] == part
        except (TypeError, ValueError):
            return False


Held = TypeVar("Held")


class Field(Generic[Held]):
    """A field of a dataclass that is set to parts or to their names, and always holds the parts."""

    def __init__(self, registry: Registry[Any], default: str) -> None:
        self.registry, self.default = registry, default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Held: ...
    @overload
    def __get__(self, owner: Any, kind: type) -> Held: ...
    def __get__(self, owner: Any, kind: type) -> Any:
        return self.registry[self.default] if owner is None else owner.__dict__[self.name]

    def __set__(self, owner: Any, setting: Any) -> None:
        owner.__dict__[self.name] = self.held(setting)

    def held(self, setting: Any) -> Any:
        """Return what the field holds for this setting."""
        return self.registry[setting]


class Named(Field[Kind]):
    """A field for one part."""


class Each(Field[Kind | tuple[Kind, ...]]):
    """A field for one part that serves all layers, or for a tuple of one a layer."""

    def held(self, setting: Any) -> Any:
        """Return the part, or the tuple of parts."""
        if isinstance(setting, (tuple, list)):
            return tuple(map(super().held, setting))
        return super().held(setting)


def each(name: str, held: Kind | tuple[Kind, ...], layers: int) -> tuple[Kind, ...]:
    """Return one part for each of so many layers. Raises ValueError for a tuple of more or fewer."""
    if not isinstance(held, tuple):
        return (held,) * layers
    if len(held) != layers:
        raise ValueError(f"{name} names {len(held)} parts for {layers} layers")
    return held
