"""The house keeps its order: which module may import which, and what stands at the top."""

import ast
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("workbook", "nnwidgets")
FOLDERS = {"workbook", "nnwidgets", "chapters", "tests"}

# A module may import those of earlier lines only; those of one line do not know each other. A module that is
# not listed is a leaf, like datasets: it may use other leaves and nothing above.
LAYERS = [
    ["layers"],
    ["data", "network"],
    ["experiment"],
    ["baselines", "gradcheck"],
    ["outcomes"],
    ["training"],
    ["faults", "measures", "tables", "plots"],
    ["questions"],
    ["cases"],
    ["ahead", "course"],
]
# The same for the widgets: pictures know what a session is and nothing of chapters and cases, questions know
# findings and nothing of pictures, and chapters, which nobody imports, put it all together.
ROOMS = {
    "live_figure": set(),
    "accessible": set(),
    "waiting": {"questions"},
    "session": {"live_figure"},
    "pictures": {"live_figure", "session"},
    "questions": {"accessible"},
    "panel": {"accessible", "live_figure", "pictures", "questions", "session"},
    "explore": {"live_figure", "panel", "pictures", "questions", "session"},
    "chapters": {"accessible", "live_figure", "panel", "pictures", "questions", "session", "waiting"},
}
EXTRAS = {
    "workbook.training.machine": {"threadpoolctl"},
    "workbook.plots": {"matplotlib"},
    "workbook.data.mnist": {"platformdirs", "pooch", "requests"},
    "workbook.course.executors": {"distributed"},
    "workbook.course.kept_runs": {"platformdirs"},
    "workbook.course.progress": {"filelock"},
}
ABOVE_THE_ENGINE = {
    "jupyter",
    "jupyterlab",
    "jupyter_server",
    "ipywidgets",
    "ipykernel",
    "IPython",
    "anywidget",
}


def modules(package):
    """All modules of a package: dotted name -> path."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / package).rglob("*.py"))
    }


ALL = {name: path for package in PACKAGES for name, path in modules(package).items()}
ENGINE = [name for name in ALL if name.split(".")[0] == "workbook"]


def imports(path):
    """Every module that a file imports, anywhere in it; `from a import b` counts as a and as a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import; ours are all absolute"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def layer(name):
    """The line of LAYERS that a module of workbook stands on, from 1; 0 for a leaf."""
    return next((number for number, line in enumerate(LAYERS, 1) if family(name) in line), 0)


def family(name):
    """workbook.parts.losses -> parts"""
    return name.split(".")[1]


def neighbours(name):
    """What a module of workbook imports from the package's other families."""
    return {
        other
        for other in imports(ALL[name])
        if other.startswith("workbook.") and other in ALL and family(other) != family(name)
    }


def test_there_is_something_to_check():
    assert {"workbook.network", "workbook.parts.losses", "workbook.training"} <= set(ENGINE)
    assert "workbook.parts" in imports(ALL["workbook.network"])


@pytest.mark.parametrize("name", ENGINE[1:])
def test_arrows_run_one_way(name):
    for other in neighbours(name):
        between_leaves = layer(other) == layer(name) == 0
        assert layer(other) < layer(name) or between_leaves, f"{name} imports {other}"
    if family(name) != "course":
        assert "workbook" not in imports(ALL[name]), f"{name} imports the whole package"


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("nnwidgets.")])
def test_widgets_stand_in_their_rooms(name):
    room = family(name)
    rooms = {family(other) for other in imports(ALL[name]) if other.startswith("nnwidgets.")} & set(ROOMS)
    assert rooms - {room} <= ROOMS[room]
    if room in ("live_figure", "session", "pictures", "panel"):
        cases = {other for other in imports(ALL[name]) if other.startswith("workbook.cases")}
        assert not cases, f"only chapters, and questions for what a finding is, know cases: {cases}"


def test_no_circle():
    graph = {}
    for name in ENGINE[1:]:
        graph.setdefault(family(name), set()).update(map(family, neighbours(name)))
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert order.index("parts") < order.index("network") < order.index("training") < order.index("measures")
    assert order.index("measures") < order.index("cases")


@pytest.mark.parametrize("name", ENGINE)
def test_the_engine_needs_numpy_only(name):
    allowed = {"numpy", "workbook"} | EXTRAS.get(name, set())
    tops = {other.split(".")[0] for other in imports(ALL[name])}
    assert tops <= allowed | set(sys.stdlib_module_names)
    assert not tops & ABOVE_THE_ENGINE


def test_importing_the_engine_loads_no_picture_and_no_widget():
    code = "import sys, workbook; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "numpy" in loaded.stdout.split()
    assert not set(loaded.stdout.split()) & ({"matplotlib", "nnwidgets", "asyncio"} | ABOVE_THE_ENGINE)


@pytest.mark.parametrize("name", ALL)
def test_no_pyplot(name):
    assert not {other for other in imports(ALL[name]) if "pyplot" in other or other.startswith("pylab")}


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("nnwidgets")])
def test_the_widgets_do_no_arithmetic_of_networks(name):
    """They ask the engine: no matrix product, no transposition."""
    tree = ast.parse(ALL[name].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)), (
            f"line {node.lineno}: @"
        )
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"matmul", "einsum", "swapaxes", "dot"}, (
                f"line {node.lineno}: {node.attr}"
            )


@pytest.mark.parametrize("name", ALL)
def test_no_assert_and_no_global_random_state(name):
    for node in ast.walk(ast.parse(ALL[name].read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: raise an error that explains instead"
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            assert node.attr in {"RandomState", "Generator", "default_rng"}, f"line {node.lineno}"


def test_the_top_holds_only_the_four_folders():
    """Git is asked, for what else lies there (a virtual environment, say) is nobody's business."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no git checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tops = {path.split("/")[0] for path in listed.stdout.splitlines() if "/" in path}
    assert {name for name in tops if not name.startswith(".")} == FOLDERS
