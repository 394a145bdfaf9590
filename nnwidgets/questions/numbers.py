"""Numbers as people write them."""

from __future__ import annotations

import re


def numbers(text: str) -> list[float]:
    """Return the number, fraction or percentage that somebody wrote; none if it is none of these.

    It may be one of two: "1,250" is 1.25 to one reader and 1250 to another.
    """
    text = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", text.replace("\N{MINUS SIGN}", "-"))
    text, percent, rest = text.partition("%")
    if rest.strip():
        return []
    forms = [text.replace(",", ".")]
    if re.fullmatch(r"\s*[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?\s*", text):
        forms.append(text.replace(",", ""))
    found = []
    for form in forms:
        try:
            above, slash, below = form.partition("/")
            found.append(float(above) / float(below if slash else 1) / (100 if percent else 1))
        except (ValueError, ZeroDivisionError):
            continue
    return found
