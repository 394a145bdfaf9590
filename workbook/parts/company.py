"""Company: a part must give each member of a population what it would give it alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray
# Four rows of two outputs: those of a member that says probabilities, and of one that says any numbers.
MEMBERS = np.array(
    [
        [[0.2, 0.7], [0.5, 0.1], [0.4, 0.9], [0.6, 0.3]],
        [[-1.3, 2.1], [0.6, -0.2], [3.4, 0.8], [-0.7, 1.9]],
    ]
)
TARGETS = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.3, 0.7]])
for _array in (MEMBERS, TARGETS):
    _array.flags.writeable = False


@np.errstate(all="ignore")
def check_company(what: str, function: Callable[..., Array], *shared: Array) -> None:
    """Raise ValueError if function gives two members at once another than each alone.

    It takes the members' numbers, (..., n, n_out), and then arrays (n, n_out) that they share: as they are,
    or once for each member. One that takes no such arrays even alone is let through. It is tried with a
    single number too, because that fits to whatever weights of its own it may have.
    """
    for rows, outputs in ((4, 2), (1, 1)):
        members, common = MEMBERS[:, :rows, :outputs], [array[:rows, :outputs] for array in shared]
        try:
            alone = np.array([function(member, *common) for member in members.copy()])
        except Exception:  # which arrays it wants is not known here
            continue
        try:
            same = all(
                _same(np.asarray(function(members.copy(), *others)), alone)
                for others in (common, [np.array([array, array]) for array in common])
            )
        except Exception:  # alone it took them, so it is the axis of members that it cannot bear
            same = False
        if not same:
            raise ValueError(
                f"{what} is another for two networks at once than for each alone; it must use the last two "
                "axes only: x.shape[-2] is the number of rows, len(x) and x.size are not, and sums go over "
                "-2 and -1"
            )


def _same(together: Array, alone: Array) -> bool:
    """Whether both are the same but for rounding; what is no number in one is none in the other."""
    if together.shape != alone.shape:
        return False
    equal = (together == alone) | ((together != together) & (alone != alone))
    return bool(equal.all()) or np.allclose(together, alone, equal_nan=True)  # which takes its time
