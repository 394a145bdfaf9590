"""The command line: workbook lab, explore, list, run, check, grade and mnist."""

from __future__ import annotations

import argparse
import ast
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from workbook.cases import CASES
from workbook.course.checking import ExecutionError, MissingError, check, store
from workbook.course.executors import SchedulerError, check_workers, executor_for
from workbook.course.explore import read, write_notebook
from workbook.course.files import reason, write_whole
from workbook.course.grading import as_csv, class_summary, collect
from workbook.course.lab import INTERRUPTED, FolderError, copy_chapters, open_lab, shipped_chapters
from workbook.course.syllabus import chapter_files
from workbook.course.terminal import Parser, drop, say, take_odd_names, what_failed, whole
from workbook.data.mnist import DownloadError, download
from workbook.experiment import Experiment
from workbook.tables import outcome_table
from workbook.training import Run, Stopped, Trainer, WorkerError, train

FAILED = 1
BAD_INPUT = 2
MOST_SEEDS = 1_000_000
MOST_LOSSES = 100_000_000  # recorded for one experiment: 0.8 GB

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C."""
    take_odd_names()
    try:
        try:
            return _obey(arguments)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where what goes wrong can still be said
    except (TypeError, ValueError, FolderError) as error:
        return say(error, BAD_INPUT)
    except (DownloadError, ExecutionError, MissingError, SchedulerError, WorkerError) as error:
        return say(error, FAILED)
    except MemoryError:
        return say("there is not enough memory for that; try fewer --seeds", FAILED)
    except BrokenPipeError:  # whoever reads us, such as `head`, has had enough
        drop(sys.stdout)
        return FAILED
    except OSError as error:
        drop(sys.stdout)
        return say(what_failed(error), FAILED)
    except KeyboardInterrupt:
        return say("stopped", INTERRUPTED)


def _obey(arguments: Sequence[str] | None) -> int:
    """Read the arguments and do what they say; return the exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command not in (lab, explore):
        parser.error(f"unknown arguments: {' '.join(rest)}")
    options.rest = rest
    code: int = options.command(options)
    return code


def lab(options: argparse.Namespace) -> int:
    """Bring the learner's folder up to date and open JupyterLab on its first page."""
    known = _for_jupyter(options, "lab takes one folder")
    report = copy_chapters(shipped_chapters(), options.folder)
    print(report, flush=True)
    return open_lab(report.folder, chapter_files(report.folder)[0].name, known)


def explore(options: argparse.Namespace) -> int:
    """Write a notebook that is filled in for the learner's table, and open JupyterLab on it."""
    known = _for_jupyter(options, "explore takes one file")
    table = read(options.file, options.target)
    notebook = write_notebook(table, options.folder)
    print(f"{table.data!r}, predicting {table.target!r}\nYour notebook is {notebook}", flush=True)
    return open_lab(notebook.parent, notebook.name, known)


def list_cases(options: argparse.Namespace) -> int:
    """Print each case with its chapter, the verdict on its answer, and its experiments."""
    for case in CASES.values():
        print(f"{case.name}: {case.question}\n  chapter {case.chapter}; {case.source}")
        told = {
            "verdict": case.verdict,
            "repairs": "; ".join(case.repairs),
            "related": "; ".join(case.related),
        }
        for kind, text in told.items():
            print(_filled(f"  {kind}: ", text))
    return 0


def run(options: argparse.Namespace) -> int:
    """Train a case over many seeds and print what became of them."""
    case = CASES[options.case]
    names = [options.repair] if options.repair is not None else ["as posted", *case.repairs]
    changes = dict(_setting(text) for text in options.set)
    experiments = {name: case.experiment(name).but(**changes) for name in names}
    seeds = range(case.seeds if options.seeds is None else options.seeds)
    if not 1 <= seeds.stop <= MOST_SEEDS:
        raise ValueError(f"--seeds takes a whole number, 1 to {MOST_SEEDS}, not {options.seeds}")
    check_workers(options.workers, options.scheduler)
    if options.plot is not None:
        from workbook.plots import check_path, loss_figure, save  # only a plot has to wait for matplotlib

        options.plot = os.path.expanduser(options.plot)
        check_path(options.plot)
    print(f"{case.name}: {case.question}\n{len(seeds)} seeds")
    runs, interrupted = _train_all(experiments, seeds, options)
    if runs:
        print(outcome_table(runs))
    if options.plot is not None and runs:
        save(loss_figure(runs), options.plot)
    return INTERRUPTED if interrupted else 0


def check_chapters(options: argparse.Namespace) -> int:
    """Re-execute chapters and compare, or store, what they say."""
    notebooks = [Path(os.path.expanduser(name)) for name in options.notebooks]
    notebooks = notebooks or chapter_files(shipped_chapters())
    for notebook in notebooks:
        if not os.path.isfile(notebook):  # which no name can make raise
            raise ValueError(f"there is no notebook {notebook}")
    return (store if options.store else check)(notebooks)


def grade(options: argparse.Namespace) -> int:
    """Write what the learners in a folder have answered to a table; print what the class predicted."""
    answers, troubles = collect(os.path.expanduser(options.folder))
    out = Path(os.path.expanduser(options.out))
    try:
        write_whole(out, as_csv(answers))
    except OSError as error:
        raise FolderError(f"{out} cannot be written: {reason(error)}") from error
    code = max((say(trouble, FAILED) for trouble in troubles), default=0)
    whose = len({one.who for one in answers})
    print(f"Answers: {len(answers)}, of {whose} learner{'s' * (whose != 1)}, written to {out}\n")
    print(class_summary(answers))
    return code


def mnist(options: argparse.Namespace) -> int:
    """Download MNIST, or complete it; print where it lies."""
    try:
        print(f"MNIST is in {download(options.folder)}")
    except RuntimeError as error:  # of pathlib, for a user without a home folder
        raise FolderError(f"where does MNIST belong? {error} Name a folder: workbook mnist DIR") from error
    return 0


def _for_jupyter(options: argparse.Namespace, takes: str) -> list[str]:
    """Return the options that JupyterLab is started with. takes: what the command itself takes, in words."""
    for argument in options.rest:
        if not argument.startswith("-"):
            raise ValueError(
                f"{takes}, and {argument!r} is one more; a name with spaces stands in quotes, "
                "and options for JupyterLab are written --OPTION=VALUE"
            )
    if options.port is not None and not 0 <= options.port < 2**16:
        raise ValueError(f"--port takes a whole number, 0 to {2**16 - 1}, not {options.port}")
    known = ["--no-browser"] * options.no_browser + [f"--port={options.port}"] * (options.port is not None)
    return [*known, *options.rest]


def _train_all(
    experiments: dict[str, Experiment], seeds: range, options: argparse.Namespace
) -> tuple[dict[str, Run], bool]:
    """Train each; Ctrl-C ends it early, which is said, with what there is by then: True."""
    runs: dict[str, Run] = {}
    try:
        with executor_for(options.workers, options.scheduler) as executor:
            for name, experiment in experiments.items():
                recorded = _recorded(experiment, seeds)
                progress = _progress(name)
                runs[name] = train(recorded, seeds, remember=False, executor=executor, progress=progress)
    except Stopped as stopped:
        if stopped.run is not None:
            runs[name] = stopped.run
        print(_how_far(stopped, experiment, seeds, name))
        return runs, True
    return runs, False


def _recorded(experiment: Experiment, seeds: range) -> Experiment:
    """Return the experiment with its losses recorded so rarely that those of all seeds fit the memory."""
    least = -(-experiment.steps * len(seeds) // MOST_LOSSES)
    every = Trainer(experiment, 0).record_every
    return experiment if least <= every else experiment.but(record_every=least)


def _progress(name: str) -> Callable[[float], None] | None:
    """Return what shows the progress on a terminal, if there is one."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    return lambda share: print(f"\r{name}: {share:4.0%}", end="\r", file=sys.stderr)


def _how_far(stopped: Stopped, experiment: Experiment, seeds: range, name: str) -> str:
    """Return the sentence that says how far training went before it was stopped."""
    if stopped.run is None or stopped.done:
        return f"stopped: {_spaced(stopped.done)} of {_spaced(len(seeds))} seeds of {name!r} are done"
    few = len(stopped.run.seeds) < len(seeds)
    only = f", with {_spaced(len(stopped.run.seeds))} of {_spaced(len(seeds))} seeds" * few
    return f"stopped at step {stopped.run.steps[-1]} of {experiment.steps} of {name!r}{only}"


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _filled(head: str, text: str) -> str:
    return textwrap.fill(text, 100, initial_indent=head, subsequent_indent="    ", break_on_hyphens=False)


def _setting(text: str) -> tuple[str, object]:
    """Turn "step_size=0.1" into ("step_size", 0.1); what is no Python literal stays text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set takes FIELD=VALUE, such as step_size=0.1, not {text!r}")
    try:
        return name.strip(), ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):  # the last two: brackets without end
        return name.strip(), value.strip()


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="workbook", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, help_: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_, description=help_)
        added.set_defaults(command=command)
        return added

    opening = add("lab", lab, "copy the chapters into a folder of yours and open JupyterLab there")
    opening.add_argument("folder", nargs="?", default="workbook-chapters", metavar="DIR")
    exploring = add("explore", explore, "open a notebook that is filled in for a table of your own")
    exploring.add_argument("file", metavar="FILE.csv", help="a table whose first row names the columns")
    exploring.add_argument("--target", metavar="COLUMN", help="the column to predict; the last")
    exploring.add_argument("--folder", metavar="DIR", help="where the notebook goes; beside the table")
    for each in (opening, exploring):
        each.add_argument("--no-browser", action="store_true", help="do not open a browser")
        each.add_argument("--port", type=whole, metavar="N", help="the port that JupyterLab listens on")
        each.epilog = "Any further options, written --OPTION=VALUE, go to JupyterLab as they are."
    add("list", list_cases, "list the cases and their experiments")
    running = add("run", run, "train a case over many seeds and print what became of them")
    running.add_argument("case", metavar="CASE", help=", ".join(CASES))
    running.add_argument("--repair", metavar="NAME", help="only this repair or related experiment")
    running.add_argument("--seeds", type=whole, metavar="N", help="how many seeds, from 0")
    running.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="change a field")
    running.add_argument("--plot", metavar="FILE", help="draw the losses to FILE (.png, .svg or .pdf)")
    running.add_argument("--workers", type=whole, metavar="N", help="train in so many processes at once")
    running.add_argument("--scheduler", metavar="ADDRESS", help="train on the cluster of a Dask scheduler")
    fetching = add("mnist", mnist, "download the real MNIST for the chapter on input scaling (11 MB)")
    fetching.add_argument("folder", nargs="?", metavar="DIR", help="where to; the standard folder")
    checking = add("check", check_chapters, "re-execute the chapters and compare what they say")
    checking.add_argument("notebooks", nargs="*", metavar="NOTEBOOK")
    checking.add_argument("--store", action="store_true", help="store the new outputs (for maintainers)")
    grading = add("grade", grade, "gather a class's answers in a table, and say what it predicted")
    grading.add_argument(
        "folder", metavar="FOLDER", help="holds a folder of each learner, with the progress file"
    )
    grading.add_argument(
        "--out", default="grades.csv", metavar="FILE", help="the table, made anew; grades.csv"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
