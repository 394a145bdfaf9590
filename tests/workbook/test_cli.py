"""The command line: what it prints, what it returns, and what it says to mistakes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from workbook import CASES
from workbook.course import cli
from workbook.course.checking import ExecutionError
from workbook.course.cli import BAD_INPUT, FAILED, INTERRUPTED, main
from workbook.training.trainer import Trainer

RUN = ["run", "two-neurons", "--seeds", "3"]


def lines(capsys):
    """Return what was printed, line by line, a table's header as one; nothing may have gone to stderr."""
    out, err = capsys.readouterr()
    assert err == ""
    printed = out.splitlines()
    pairs = zip(printed, [*printed[1:], ""], strict=True)
    return [line for line, below in pairs if not (line.startswith(" ") and "solved  " in below)]


def refusal(capsys, *arguments):
    """Return what the command says to bad input: one line, and nothing printed before it."""
    assert main([*arguments]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("workbook: ")
    assert err.count("\n") == 1
    return err


def test_list_names_every_case(capsys):
    assert main(["list"]) == 0
    text = " ".join("\n".join(lines(capsys)).split())
    for case in CASES.values():
        assert f"{case.name}: {case.question}" in text
        assert case.chapter in text
        assert f"verdict: {case.verdict} repairs:" in text
        assert all(name in text for name in [*case.repairs, *case.related])


def test_run_prints_the_table(capsys):
    assert main([*RUN]) == 0
    printed = lines(capsys)
    assert printed[:2] == [f"two-neurons: {CASES['two-neurons'].question}", "3 seeds"]
    assert printed[2].split()[0] == "solved"
    assert [line.split("  ")[0] for line in printed[3:]] == ["as posted", "output bias", "both biases"]
    assert "0 of 3 (0 to 56 %)" in printed[3]
    assert "3 of 3 (44 to 100 %)" in printed[4]


def test_run_uses_the_cases_own_number_of_seeds(capsys):
    assert main(["run", "two-neurons", "--set", "steps=1"]) == 0
    assert lines(capsys)[1] == "200 seeds"


@pytest.mark.parametrize("name", ["output bias", "line", "XNOR tanh-identity, no bias"])
def test_one_experiment_only(capsys, name):
    assert main([*RUN, "--repair", name]) == 0
    printed = lines(capsys)
    assert len(printed) == 4
    assert printed[3].startswith(name)


FIELDS = {
    "loss": "mean squared error",
    "penalty": "weight decay(0.01)",
    "step_size": "0.5",
    "momentum": "0.9",
    "batch_size": "1",
    "order": "in order",
    "steps": "7",
    "shortest_step": "1e-3",
    "record_every": "5",
    "solved_below": "0.3",
    "sizes": "(1, 3, 1)",
    "hidden": "tanh",
    "output": "identity",
    "bias": "True",
    "initializer": "he",
    "bias_initializer": "normal(1)",
    "optimizer": "adam(0.001)",
    "clipping": "norm(0.1)",
    "precision": "single",
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_can_be_set(capsys, monkeypatch, field):
    trained = []
    train = cli.train
    monkeypatch.setattr(
        cli,
        "train",
        lambda experiment, *rest, **named: trained.append(experiment) or train(experiment, *rest, **named),
    )
    assert main([*RUN, "--set", "steps=20", "--set", f"{field}={FIELDS[field]}"]) == 0
    assert len(lines(capsys)) == 6
    posted = CASES["two-neurons"].as_posted
    expected = posted.but(**({"steps": 20} | {field: cli._setting(f"{field}={FIELDS[field]}")[1]}))
    assert trained[0] == expected
    assert trained[0] != posted.but(steps=20)


def test_no_field_was_forgotten():
    import dataclasses

    from workbook import Experiment, Network

    known = {field.name for kind in (Experiment, Network) for field in dataclasses.fields(kind)}
    assert known - set(FIELDS) == {"dataset", "network", "way_back"}


def test_the_last_setting_counts(capsys):
    assert main([*RUN, "--set", "steps=0", "--set", "steps = 800 "]) == 0
    assert "3 of 3" in lines(capsys)[4]


def test_no_steps(capsys):
    assert main([*RUN, "--set", "steps=0"]) == 0
    assert "constant" in lines(capsys)[2]


def test_divergence_is_a_result(capsys):
    assert main([*RUN, "--repair", "line", "--set", "step_size=10", "--set", "steps=3000"]) == 0
    printed = lines(capsys)
    assert "diverged" in printed[2]
    assert printed[3].endswith("3          inf")


MISTAKES = {
    "case": (["run", "two-neuron"], "there is no case 'two-neuron'. Did you mean 'two-neurons'?"),
    "repair": ([*RUN, "--repair", "bias"], "two-neurons has no experiment 'bias'."),
    "no seeds": (["run", "two-neurons", "--seeds", "0"], "--seeds takes a whole number, 1 to 1000000, not 0"),
    "negative seeds": (["run", "two-neurons", "--seeds", "-4"], "1 to 1000000, not -4"),
    "too many seeds": (["run", "two-neurons", "--seeds", "99999999999"], "1 to 1000000, not 99999999999"),
    "learning rate": ([*RUN, "--set", "lr=1"], "no field 'lr'. Did you mean 'step_size' (learning rate)?"),
    "long value": ([*RUN, "--set", "steps=" + "9" * 5000], "9... is not"),
    "bias words": ([*RUN, "--set", "bias=(True, 'False')"], "one truth value a layer, not (True, 'False')"),
    "empty repair": ([*RUN, "--repair", ""], "two-neurons has no experiment ''."),
    "nobody's plot": ([*RUN, "--plot", "~nobody-of-that-name/x.png"], "no folder ~nobody-of-that-name"),
    "long notebook": (["check", "n" * 300], "there is no notebook nnn"),
    "empty folder": (["lab", ""], "That is no name for a folder, it is empty"),
    "long folder": (["lab", "n" * 300], "that name is too long."),
    "two folders": (["lab", "my", "chapters"], "lab takes one folder, and 'chapters' is one more"),
    "no workers": ([*RUN, "--workers", "0"], "--workers takes a whole number, 1 to 256, not 0"),
    "negative workers": ([*RUN, "--workers", "-2"], "1 to 256, not -2"),
    "many workers": ([*RUN, "--workers", "1000000"], "1 to 256, not 1000000"),
    "two kinds": ([*RUN, "--workers", "2", "--scheduler", "tcp://x:1"], "a --scheduler has its own"),
    "port": (["lab", "x", "--port", "65536"], "--port takes a whole number, 0 to 65535, not 65536"),
    "field": ([*RUN, "--set", "stepsize=1"], "no field 'stepsize'. Did you mean 'step_size'?"),
    "no field": ([*RUN, "--set", "=1"], "no field ''"),
    "no value": ([*RUN, "--set", "steps"], "--set takes FIELD=VALUE, such as step_size=0.1, not 'steps'"),
    "empty value": ([*RUN, "--set", "steps="], "steps must be a whole number, 0 or more; '' is not"),
    "loss": ([*RUN, "--set", "loss=squared"], "no loss is called 'squared'."),
    "loss list": ([*RUN, "--set", "loss=[1]"], "loss must be a name (text) or Loss, not [1]"),
    "penalty": ([*RUN, "--set", "penalty=weight decay(a)"], "has the wrong parameters"),
    "step_size 0": ([*RUN, "--set", "step_size=0"], "step_size must be finite and above 0; 0 is not"),
    "step_size nan": ([*RUN, "--set", "step_size=nan"], "step_size must be a number, not 'nan'"),
    "step_size inf": ([*RUN, "--set", "step_size=1e999"], "step_size must be finite"),
    "step_size text": ([*RUN, "--set", "step_size=[1"], "step_size must be a number, not '[1'"),
    "momentum": ([*RUN, "--set", "momentum=1"], "momentum must be finite and from 0 to below 1; 1 is not"),
    "batch_size": ([*RUN, "--set", "batch_size=3"], "batch_size is 3, but the data set has only 2 rows"),
    "order": ([*RUN, "--set", "order=backwards"], "no order is called 'backwards'."),
    "steps": ([*RUN, "--set", "steps=-1"], "steps must be a whole number, 0 or more; -1 is not"),
    "steps float": ([*RUN, "--set", "steps=1.5"], "steps must be a whole number"),
    "record_every": ([*RUN, "--set", "record_every=0"], "record_every must be a whole number, 1 or more"),
    "solved_below": ([*RUN, "--set", "solved_below=-1"], "solved_below must be finite and 0 or more"),
    "sizes": ([*RUN, "--set", "sizes=(2, 1)"], "takes 2 and gives 1"),
    "sizes number": ([*RUN, "--set", "sizes=3"], "sizes needs inputs and at least one layer"),
    "hidden": ([*RUN, "--set", "hidden=rellu"], "Did you mean 'relu'?"),
    "initializer": ([*RUN, "--set", "initializer=5"], "must be a name (text) or Initializer, not 5"),
    "bias text": ([*RUN, "--set", "bias=no"], "bias must be True, False, or one truth value a layer"),
    "bias false": ([*RUN, "--set", "bias=false"], "bias must be True, False, or one truth value a layer"),
    "bias layers": ([*RUN, "--set", "bias=(True, False, True)"], "bias has 3 values for 2 layers"),
    "dataset": ([*RUN, "--set", "dataset=xor"], "dataset must be a Dataset, not 'xor'"),
    "network": ([*RUN, "--set", "network=(1, 1)"], "network must be a Network, not (1, 1)"),
    "brackets": ([*RUN, "--set", "steps=" + "[" * 10_000], "steps must be a whole number"),
    "no plot": ([*RUN, "--plot", ""], "a picture's file ends in .png, .svg, .pdf; '' does not"),
    "no folder": (["mnist", ""], "the name of the folder for MNIST is empty"),
    "no user": (["mnist", "~nobody-of-that-name"], "there is no home folder ~nobody-of-that-name here"),
    "plot format": ([*RUN, "--plot", "x.gif"], "a picture's file ends in .png, .svg, .pdf; 'x.gif' does not"),
    "plot folder": ([*RUN, "--plot", "nowhere/x.png"], "there is no folder nowhere to write the picture to"),
    "notebook": (["check", "nowhere.ipynb"], "there is no notebook nowhere.ipynb"),
    "folder as notebook": (["check", "."], "there is no notebook ."),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes(capsys, mistake):
    arguments, said = MISTAKES[mistake]
    assert said in refusal(capsys, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["jump"],
        ["run"],
        ["list", "--all"],
        ["run", "two-neurons", "--seeds", "many"],
        ["run", "two-neurons", "--seeds", "2.5"],
        ["run", "two-neurons", "--seeds", "9" * 5000],
        ["run", "two-neurons", "--fast"],
        ["run", "two-neurons", "--set"],
        ["check", "--strict"],
    ],
)
def test_bad_usage(capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: workbook")
    assert len(err) < 1000


@pytest.mark.parametrize("command", [[], ["list"], ["run"], ["check"], ["lab"]])
def test_help(capsys, command):
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("usage: workbook")


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_plot(capsys, tmp_path, ending, start):
    path = tmp_path / f"losses.{ending}"
    assert main([*RUN, "--set", "steps=30", "--plot", str(path)]) == 0
    assert path.read_bytes().startswith(start)
    assert len(lines(capsys)) == 6


def test_a_plot_of_runs_that_diverge(capsys, tmp_path):
    arguments = ["--repair", "line", "--set", "step_size=10", "--set", "steps=3000"]
    assert main([*RUN, *arguments, "--plot", str(tmp_path / "wild.svg")]) == 0
    lines(capsys)


def test_a_plot_that_cannot_be_written_is_said_after_the_table(capsys, tmp_path):
    (tmp_path / "losses.png").mkdir()
    assert main([*RUN, "--set", "steps=3", "--plot", str(tmp_path / "losses.png")]) == BAD_INPUT
    out, err = capsys.readouterr()
    assert "both biases" in out
    assert "the picture could not be written to" in err


def test_check_and_store_get_the_notebooks(monkeypatch, tmp_path):
    called = []
    for name, code in (("check", 1), ("store", 0)):
        monkeypatch.setattr(
            cli, name, lambda notebooks, name=name, code=code: called.append((name, notebooks)) or code
        )
    notebook = tmp_path / "one.ipynb"
    notebook.touch()
    assert main(["check", str(notebook)]) == 1
    assert main(["check", "--store", str(notebook)]) == 0
    assert called == [("check", [notebook]), ("store", [notebook])]


def test_check_takes_all_chapters_by_default(monkeypatch):
    called = []
    monkeypatch.setattr(cli, "check", lambda notebooks: called.extend(notebooks) or 0)
    assert main(["check"]) == 0
    assert "02_bias.ipynb" in [notebook.name for notebook in called]
    assert called == sorted(called)


def one_cell(cell_changes=(), **changes):
    cell = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell | dict(cell_changes)]}
    return json.dumps(whole | changes)


@pytest.mark.parametrize("options", [[], ["--store"]])
def test_a_notebook_without_code(capfd, tmp_path, options):
    notebook = tmp_path / "one.ipynb"
    notebook.write_text(one_cell({"cell_type": "raw"}))
    assert f"{notebook} has no cell of code" in refusal(capfd, "check", *options, str(notebook))


@pytest.mark.parametrize("options", [[], ["--store"]])
@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1]",
        '{"nbformat": 4, "cells": [{}]}',
        "[" * 100_000,
        "\udcff",
        one_cell(nbformat=99),
        one_cell(metadata=None),
        one_cell(cells=3),
        one_cell({"metadata": []}),
        one_cell({"source": 3}),
        one_cell({"source": [3]}),
        one_cell({"source": "\ud800"}),
        one_cell({"outputs": None}),
        one_cell({"outputs": [{}]}),
        one_cell({"cell_type": "verse"}),
    ],
    ids=lambda content: content[:200],
)
def test_what_is_no_notebook(capfd, tmp_path, content, options):
    notebook = tmp_path / "one.ipynb"
    notebook.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert f"{notebook} is no notebook" in refusal(capfd, "check", *options, str(notebook))


def test_check_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr("workbook.course.checking.find_spec", lambda name: None)
    for options, module in (([], "nbval"), (["--store"], "nbconvert")):
        assert main(["check", *options]) == FAILED
        out, err = capsys.readouterr()
        assert out == ""
        assert err == (
            f"workbook: the chapters are executed by {module}, which is not installed. "
            f"Please run: {sys.executable} -m pip install {module}\n"
        )


def test_a_chapter_that_cannot_be_executed(capsys, monkeypatch):
    def fail(notebooks):
        raise ExecutionError("one.ipynb stays as it was: 1 / 0")

    monkeypatch.setattr(cli, "store", fail)
    assert main(["check", "--store"]) == FAILED
    assert capsys.readouterr() == ("", "workbook: one.ipynb stays as it was: 1 / 0\n")


def test_a_home_is_written_out(capsys, monkeypatch, tmp_path):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert main([*RUN, "--set", "steps=3", "--plot", "~/losses.png"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["losses.png"]
    lines(capsys)
    assert f"no notebook {tmp_path}{os.sep}x.ipynb" in refusal(capsys, "check", f"~{os.sep}x.ipynb")


def test_a_user_without_a_home(capsys, monkeypatch):
    def homeless(folder):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(cli, "download", homeless)
    assert "Could not determine home directory. Name a folder: workbook mnist DIR" in refusal(capsys, "mnist")


@pytest.mark.skipif(os.name == "nt", reason="nobody can delete the folder that he is in")
def test_a_folder_that_is_gone(capsys, monkeypatch, tmp_path):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main([*RUN, "--set", "steps=3", "--plot", "x.png"]) == FAILED
    assert "is the folder that you are in still there?" in capsys.readouterr().err
    assert "that folder is not there" in refusal(capsys, "lab", "mine")


@pytest.fixture
def opened(monkeypatch):
    """What `lab` would have opened."""
    calls = []
    monkeypatch.setattr(cli, "open_lab", lambda *call: calls.append(call) or 0)
    return calls


def test_lab_passes_on_what_it_does_not_know(capsys, opened, tmp_path):
    folder = tmp_path / "mine"
    assert main(["lab", str(folder), "--port=0", "--no-browser", "--ServerApp.ip=::1"]) == 0
    assert opened == [(folder, "00_start_here.ipynb", ["--no-browser", "--port=0", "--ServerApp.ip=::1"])]
    assert str(folder) in lines(capsys)[0]


def test_lab_in_a_folder_whose_manifest_is_damaged(capsys, opened, tmp_path):
    (tmp_path / ".workbook.json").write_text("[" * 100_000)
    assert main(["lab", str(tmp_path)]) == 0
    assert len(opened) == 1
    lines(capsys)


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_lab_in_a_folder_whose_name_is_no_text(capsys, opened, tmp_path):
    folder = tmp_path / os.fsdecode(b"\xff")
    assert main(["lab", str(folder)]) == 0
    assert opened[0][0] == folder
    assert "\\udcff" in lines(capsys)[0]


def test_not_enough_memory(capsys, monkeypatch):
    def starve(*arguments, **named):
        raise MemoryError

    monkeypatch.setattr(cli, "train", starve)
    assert main([*RUN]) == FAILED
    assert capsys.readouterr().err == "workbook: there is not enough memory for that; try fewer --seeds\n"


class Interrupted(Trainer):
    """A trainer that Ctrl-C reaches at the hundredth step."""

    def advance(self, steps=1):
        if self.step >= 100:
            raise KeyboardInterrupt
        return super().advance(steps)


@pytest.mark.parametrize("stop_rule", [[], ["--set", "shortest_step=0.01"]])
def test_control_c_prints_what_there_is(capsys, monkeypatch, stop_rule):
    """Also where some of the seeds have already stopped by themselves."""
    monkeypatch.setattr("workbook.training.shares.Trainer", Interrupted)
    assert main(["run", "two-neurons", "--seeds", "8", *stop_rule]) == INTERRUPTED
    printed = lines(capsys)
    assert printed[2] == "stopped at step 104 of 800 of 'as posted'"
    assert printed[4].startswith("as posted")
    assert len(printed) == 5


def test_control_c_at_the_very_end_is_not_lost(capsys, monkeypatch):
    class InterruptedLast(Trainer):
        def advance(self, steps=1):
            super().advance(steps)
            if self.step == self.experiment.steps:
                raise KeyboardInterrupt

    monkeypatch.setattr("workbook.training.shares.Trainer", InterruptedLast)
    assert main([*RUN, "--set", "steps=5"]) == INTERRUPTED
    assert lines(capsys)[2] == "stopped at step 5 of 5 of 'as posted'"


def test_control_c_counts_the_seeds_that_are_done(capsys, monkeypatch):
    monkeypatch.setattr("workbook.training.shares.NUMBERS_AT_ONCE", 1000 * 2)  # a thousand seeds a share

    for moment, said, rows in (
        (0.5, "stopped: 1 000 of 2 500 seeds of 'as posted' are done", 1),
        (0.01, "stopped at step 2 of 50 of 'as posted', with 1 000 of 2 500 seeds", 1),
        (0, "stopped: 0 of 2 500 seeds of 'as posted' are done", 0),
    ):
        monkeypatch.setattr(cli, "_progress", lambda name, moment=moment: stop_at(moment))
        assert main(["run", "two-neurons", "--seeds", "2500", "--set", "steps=50"]) == INTERRUPTED
        printed = lines(capsys)
        assert printed[2] == said
        assert len(printed) == 3 + 2 * rows


def stop_at(moment):
    """Return a progress that is interrupted once so much is done."""

    def tell(share):
        if share >= moment:
            raise KeyboardInterrupt

    return tell


def test_workers_give_the_same_table(capsys):
    assert main([*RUN, "--workers", "2"]) == 0
    side_by_side = lines(capsys)
    assert main([*RUN]) == 0
    assert lines(capsys) == side_by_side


def test_a_scheduler_needs_dask(capsys, monkeypatch):
    monkeypatch.setattr("workbook.course.executors.find_spec", lambda name: None)
    said = refusal(capsys, *RUN, "--scheduler", "tcp://127.0.0.1:8786")
    assert "Please run: pip install distributed" in said


def test_progress_is_shown_on_a_terminal_only(capsys, monkeypatch):
    assert main([*RUN, "--set", "steps=40"]) == 0
    lines(capsys)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main([*RUN, "--set", "steps=40", "--repair", "output bias"]) == 0
    shown = capsys.readouterr().err.split("\r")
    assert [line for line in shown if line] == [f"output bias: {step / 40:4.0%}" for step in range(41)]


def test_many_seeds_record_fewer_losses(monkeypatch):
    posted = CASES["two-neurons"].as_posted  # 800 steps
    assert cli._recorded(posted, range(1000)) == posted
    for seeds in (200_000, 1_000_000):
        every = cli._recorded(posted, range(seeds)).record_every
        assert 800 / every * seeds <= cli.MOST_LOSSES < 800 / (every - 1) * seeds
    assert cli._recorded(posted.but(record_every=100), range(1_000_000)).record_every == 100


def test_control_c_elsewhere(capsys, monkeypatch):
    def interrupt(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "list_cases", interrupt)
    assert main(["list"]) == INTERRUPTED
    assert capsys.readouterr().err == "workbook: stopped\n"


def test_as_a_program():
    command = [sys.executable, "-m", "workbook.course.cli"]
    done = subprocess.run([*command, *RUN, "--set", "steps=5"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "as posted" in done.stdout
    failed = subprocess.run([*command, "run", "nothing"], capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stdout) == (BAD_INPUT, "")
    assert failed.stderr.startswith("workbook: there is no case 'nothing'.")


@pytest.mark.skipif(os.name == "nt", reason="Unix pipes")
def test_a_reader_who_has_had_enough():
    """`workbook list | head -1`"""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "workbook.course.cli", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full, on Linux")
@pytest.mark.parametrize("arguments", [["list"], [*RUN, "--set", "steps=5"], ["--help"], ["run", "--help"]])
@pytest.mark.parametrize("unbuffered", [[], ["-u"]])
def test_a_full_disk(arguments, unbuffered):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, *unbuffered, "-m", "workbook.course.cli", *arguments],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (FAILED, "workbook: the output: No space left on device\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full, on Linux")
def test_a_full_disk_under_a_check(tmp_path):
    (tmp_path / "one.ipynb").write_text(one_cell())
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "workbook.course.cli", "check", str(tmp_path / "one.ipynb")],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (FAILED, "workbook: the output: No space left on device\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full, on Linux")
def test_a_full_disk_that_takes_no_complaint():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "workbook.course.cli", "run", "nothing"],
            stdout=subprocess.PIPE, stderr=full, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (BAD_INPUT, b"")


@pytest.mark.skipif(os.name == "nt", reason="a Unix shell")
@pytest.mark.parametrize(
    ("closed", "arguments", "code", "printed"),
    [
        ("2>&-", [*RUN, "--set", "steps=3"], 0, True),
        ("2>&-", ["run", "nothing"], BAD_INPUT, False),
        (">&-", [*RUN, "--set", "steps=3"], 0, False),
        (">&- 2>&-", [*RUN, "--set", "steps=3"], 0, False),
        (">&- 2>&-", ["run", "nothing"], BAD_INPUT, False),
    ],
)
def test_closed_outputs(closed, arguments, code, printed):
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "workbook.course.cli"]
    done = subprocess.run([*command, *arguments], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (code, b"")
    assert bool(done.stdout) == printed


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
@pytest.mark.parametrize("workers", [[], ["--workers", "2"]])
def test_control_c_in_a_program(workers):
    """It reaches the workers, too; what is printed is one sentence, and nobody is left behind."""
    # The tests themselves may run in the background, where a shell lets every process ignore Ctrl-C.
    start = (
        "import signal, sys; from workbook.course.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", start, *RUN, "--set", "steps=100_000_000", *workers],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline().startswith("two-neurons: ")
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert out.lstrip().startswith("stopped: 0 of 3 seeds" if workers else "stopped at step ")
    assert err == ""
    assert process.returncode == INTERRUPTED
    end = time.monotonic() + 20  # for what multiprocessing itself leaves for a moment
    while (left := somebody(process.pid)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left


def somebody(group):
    """Whether there is still a process in the group."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
