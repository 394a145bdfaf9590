"""Do the tests notice? Change the engine's mathematics in one place at a time, and run the tests.

Run by hand: python tests/benchmarks/mutants.py [--count 200] [--seed 0] [--workers 2]
It prints each change that no test noticed. Take a quiet machine and half an hour.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "workbook"
MODULES = [  # of the engine's mathematics
    "parts/activations.py",
    "parts/losses.py",
    "parts/optimizers.py",
    "parts/clippings.py",
    "parts/penalties.py",
    "parts/initializers.py",
    "parts/orders.py",
    "layers/convolution.py",
    "layers/pools.py",
    "layers/layer.py",
    "network.py",
    "experiment.py",
    "outcomes.py",
    "baselines.py",
    "classes.py",
    "rates.py",
    "measures/flow.py",
    "measures/bend.py",
    "measures/curvature.py",
    "measures/plateau.py",
    "measures/scale.py",
    "measures/symmetry.py",
    "measures/dependence.py",
    "measures/neighbours.py",
    "measures/saturation.py",
    "measures/unit_life.py",
    "measures/output_unit.py",
    "data/splits.py",
]
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


class Mutant(NamedTuple):
    """A change: the module's file, the line, what stands there after it, and the whole new text."""

    file: str
    line: int
    change: str
    text: str


def mutants(file: str) -> Iterator[Mutant]:
    """Yield each single change of a module: another operator, number, sign or truth value."""
    source = (ROOT / "workbook" / file).read_text(encoding="utf-8")
    places = [node for node in ast.walk(ast.parse(source)) if _changes(node)]
    for number, node in enumerate(places):
        for which in range(len(_changes(node))):
            tree = ast.parse(source)
            twin = [other for other in ast.walk(tree) if _changes(other)][number]
            _changes(twin)[which]()
            yield Mutant(file, node.lineno, f"{ast.unparse(node)} -> {ast.unparse(twin)}", ast.unparse(tree))


def _changes(node: ast.AST) -> list:
    """What can be changed about a node, each as a function that does it."""
    found = []
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS and not _annotation(node):
        found.append(lambda: setattr(node, "op", SWAPS[type(node.op)]()))
    if isinstance(node, ast.BoolOp):
        found.append(lambda: setattr(node, "op", SWAPS[type(node.op)]()))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in SWAPS:
        found.append(lambda: setattr(node, "ops", [SWAPS[type(node.ops[0])]()]))
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        found.append(lambda: setattr(node, "value", not node.value))
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        found.append(
            lambda: setattr(
                node,
                "value",
                1.5 * node.value if isinstance(node.value, float) and node.value else node.value + 1,
            )
        )
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Invert)):
        found.append(lambda: setattr(node, "op", ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()))
    return found


def _annotation(node: ast.BinOp) -> bool:
    """Whether this is a type, such as `np.ndarray | None`."""
    return isinstance(node.op, ast.BitOr) and any(
        (isinstance(side, ast.Constant) and side.value is None)
        or "ndarray" in ast.unparse(side)
        or "tuple" in ast.unparse(side)
        for side in (node.left, node.right)
    )


def tests_of(file: str) -> list[str]:
    """The test files that should notice, the likeliest first."""
    name = Path(file).stem.rstrip("s")
    own = sorted(path for path in TESTS.glob("test_*.py") if name in path.stem)
    general = [
        "oracles",
        "parts",
        "company",
        "layers",
        "experiment",
        "network",
        "trainer",
        "instruments",
        "run",
        "outcomes",
        "faults_everywhere",
    ]
    names = [path.name for path in own] + [f"test_{name}.py" for name in general]
    return [str(TESTS / name) for name in dict.fromkeys(names) if (TESTS / name).exists()]


def noticed(mutant: Mutant) -> bool:
    """Run the tests over a copy of the engine with this change; return whether any fails."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "workbook"
        shutil.copytree(ROOT / "workbook", copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / mutant.file).write_text(mutant.text, encoding="utf-8")
        settings = os.environ | {
            "PYTHONPATH": os.pathsep.join([folder, str(ROOT)]),
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [
            *(sys.executable, "-P", "-m"),  # not the engine of the folder that we are in
            "pytest",
            "-x",
            "-q",
            "-n0",
            "-p",
            "no:cacheprovider",
            *tests_of(mutant.file),
        ]
        try:
            done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, timeout=600)
        except subprocess.TimeoutExpired:
            return True
        return done.returncode == 1 or b"error" in done.stdout.splitlines()[-1:][0]


def main() -> None:
    parser = argparse.ArgumentParser(description="Do the tests notice changes of the engine's mathematics?")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    every = [mutant for file in MODULES for mutant in mutants(file)]
    chosen = random.Random(arguments.seed).sample(every, min(arguments.count, len(every)))
    print(f"{len(chosen)} of {len(every)} changes", flush=True)
    survivors = 0
    with ThreadPoolExecutor(arguments.workers) as pool:
        for number, (mutant, seen) in enumerate(zip(chosen, pool.map(noticed, chosen), strict=True), 1):
            print(f"\r{number} of {len(chosen)}", end="", file=sys.stderr, flush=True)
            if not seen:
                survivors += 1
                print(f"{mutant.file}:{mutant.line}: {mutant.change}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} noticed")


if __name__ == "__main__":
    main()
