"""The sine for a thousand epochs, and for ten thousand: python tests/benchmarks/sine.py

What chapter 08 says of runs that take minutes, and whether it holds: as posted, with x standardised, and with
longer steps.
"""

import sys
import time

from workbook.cases import step_size_and_momentum as facts


def main() -> bool:
    """Print each such finding and whether it holds; return whether all do."""
    every = []
    for finding in facts.fact.values():
        if finding.due is facts.minutes:
            start = time.perf_counter()
            every.append(finding.holds())
            print(
                finding,
                f"It {'holds' if every[-1] else 'DOES NOT HOLD'}; {time.perf_counter() - start:.0f} s.",
            )
    return all(every)


if __name__ == "__main__":
    sys.exit(not main())
