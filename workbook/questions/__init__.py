"""Questions: fifteen more that people asked, as experiments, beside the cases. No chapter tells of them.

They are what a diagnosis is developed on: each has the causes that were found, the experiment as posted, the
repairs, and related experiments that look like repairs and are none.
"""

from workbook.parts import Catalogue
from workbook.questions import biases, losses, rows, scales, starts, units, updates
from workbook.questions.question import CAUSES, Posed, Question

_MODULES = (updates, biases, starts, losses, scales, units, rows)
QUESTIONS = Catalogue("question", ((asked.name, asked) for module in _MODULES for asked in module.questions))

__all__ = ["CAUSES", "QUESTIONS", "Posed", "Question"]
