"""Knobs: traits that a learner can turn. Bounds, unit and label stand here once; controls read them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import traitlets


class Knob(traitlets.TraitType):
    """A trait with a control. label: what stands beside the control; unit: what follows the number.

    restarts: whether turning it starts training anew; otherwise training goes on with the new value.
    """

    def __init__(self, default: Any, label: str, unit: str = "", restarts: bool = True) -> None:
        super().__init__(default)
        self.label, self.unit, self.restarts = label, unit, restarts

    def set(self, obj: Any, value: Any) -> None:
        """Change the value under the owner's lock: no other thread may see it before it is followed."""
        with getattr(obj, "lock", nullcontext()):
            super().set(obj, value)

    def stop(self, value: Any) -> Any:
        """Return where the control stands for a value: there."""
        return value

    def meaning(self, value: Any) -> Any:
        """Return what a value stands for: itself."""
        return value

    def refusal(self, value: object, expected: str) -> traitlets.TraitError:
        """Return the error that says what was given, and what was expected."""
        return traitlets.TraitError(f"{self.label} is {expected}, not {value!r}")


class Slider(Knob):
    """A number from low to high, on a linear scale, in steps. Outside, it raises TraitError."""

    def __init__(self, low: float, high: float, step: float, default: float, label: str, **more: Any) -> None:
        super().__init__(default, label, **more)
        self.low, self.high, self.step = low, high, step

    def validate(self, obj: traitlets.HasTraits, value: object) -> float:
        """Return value as a float, if it is a number within the bounds."""
        number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
        # A control may overshoot its own bound by a rounding error; that is no mistake of the learner's.
        if self.low - 1e-9 <= number <= self.high * (1 + 1e-9) + 1e-9:
            return min(max(self._at_a_stop(float(number)), self.low), self.high)
        raise self.refusal(value, f"a number from {self.low:g} to {self.high:g}")

    def stop(self, number: float) -> float:
        """Return where its control stands for a number: at the nearest stop."""
        if not self.step or not math.isfinite(number):
            return number
        return float(f"{self.low + self.step * round((number - self.low) / self.step):.12g}")

    def _at_a_stop(self, number: float) -> float:
        """Return the number; one that a browser's rounding put beside a stop is that stop."""
        stop = self.stop(number)
        return stop if abs(number - stop) < 1e-9 else number


class LogSlider(Slider):
    """A number above 0 from low to high, on a logarithmic scale. Its control stops at round numbers."""

    MANTISSAS = (1, 1.5, 2, 3, 5, 7)

    def __init__(self, low: float, high: float, default: float, label: str, **more: Any) -> None:
        super().__init__(low, high, 0, default, label, **more)

    def stops(self, value: float) -> list[float]:
        """Return the numbers that the control can take, in order; `value` is always one of them."""
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        round_ones = (float(f"{mantissa}e{decade}") for decade in decades for mantissa in self.MANTISSAS)
        return sorted({value, *(stop for stop in round_ones if self.low <= stop <= self.high)})


class Whole(Slider):
    """A whole number from low to high."""

    def __init__(self, low: int, high: int, default: int, label: str, **more: Any) -> None:
        super().__init__(low, high, 1, default, label, **more)

    def validate(self, obj: traitlets.HasTraits, value: object) -> int:
        """Return value, if it is a whole number within the bounds."""
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return value
        raise self.refusal(value, f"a whole number from {self.low} to {self.high}")


class Choice(Knob):
    """One of several options. options: label -> what it means; the trait's value is the label."""

    def __init__(
        self, options: Mapping[str, Any], label: str, default: str | None = None, **more: Any
    ) -> None:
        super().__init__(next(iter(options)) if default is None else default, label, **more)
        self.options = dict(options)

    def meaning(self, value: str) -> Any:
        """Return what a label stands for."""
        return self.options[value]

    def validate(self, obj: traitlets.HasTraits, value: object) -> str:
        """Return value, if it is one of the labels."""
        if isinstance(value, str) and value in self.options:
            return value
        raise self.refusal(value, "one of " + ", ".join(map(repr, self.options)))


class Switch(Knob):
    """On or off."""

    def validate(self, obj: traitlets.HasTraits, value: object) -> bool:
        """Return value, if it is True or False."""
        if isinstance(value, bool):
            return value
        raise self.refusal(value, "True or False")


def knobs(owner: traitlets.HasTraits) -> dict[str, Knob]:
    """Return the owner's knobs by trait name, in the order in which its class declares them."""
    found = {name: trait for name, trait in owner.traits().items() if isinstance(trait, Knob)}
    declared = [name for kind in reversed(type(owner).__mro__) for name in vars(kind)]
    return {name: found[name] for name in dict.fromkeys(declared) if name in found}
