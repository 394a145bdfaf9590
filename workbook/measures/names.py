"""What the units of a network are called where nobody has named them: x₂, h₁, k, y."""

HIDDEN = "hkmnpq"
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def layer_letters(layers: int) -> list[str]:
    """Return a letter for each of so many layers, the inputs first: x, those of hidden layers, y."""
    return ["x", *(HIDDEN[number % len(HIDDEN)] for number in range(layers - 2)), "y"]


def numbered(letter: str, number: int, count: int) -> str:
    """Return the name of unit `number` (from 0) of the `count` units of a layer; one alone has no number."""
    return letter + (subscript(number + 1) if count > 1 else "")


def subscript(number: int) -> str:
    """Return a whole number as it stands below the line."""
    return str(number).translate(SUBSCRIPTS)
