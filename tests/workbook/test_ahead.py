"""What another process computes ahead is what would be computed here, once; nobody notices that process."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from workbook import CASES, FAULTS, ahead, train
from workbook.cases import Finding, Findings
from workbook.layers import arrays
from workbook.training import RUNS

QUICK = {
    "sum-of-inputs": ["when", "perfect_start", "limits", "dead_answer"],
    "parity": ["always_the_mean", "on_a_kink", "training_shrinks_it", "trained"],
}
SOON = 60  # seconds, on a busy machine

posix = pytest.mark.skipif(os.name != "posix", reason="stops and kills processes by their signals")


def fresh(name, facts=(), also=None):
    """A case with so few findings, none of which is computed yet. also: name -> function."""
    case, findings = CASES[name], Findings(name)
    for fact in facts:
        old = case.findings[fact]
        findings[fact] = Finding(old.key, old.compute, old.sentence)
    for fact, compute in (also or {}).items():
        findings[fact] = Finding(fact, compute, "{a: 1}")
    return replace(case, findings=findings)


@pytest.fixture(autouse=True)
def nothing_remembered():
    RUNS.forget()
    yield
    RUNS.forget()


@pytest.fixture
def begin():
    begun = []

    def begin(*arguments):
        begun.append(ahead.Ahead(*arguments))
        return begun[-1]

    yield begin
    for one in begun:
        one.end()
        assert one.wait(SOON)
        assert one._process.returncode is not None  # no zombie is left


@pytest.fixture
def not_here(monkeypatch):
    """Whoever trains in this process fails."""

    def refuse(*_):
        raise RuntimeError("this was trained here")

    monkeypatch.setattr(RUNS, "made", refuse)


def the_same(a, b):
    """Equal to the last bit."""
    if isinstance(a, dict):
        return list(a) == list(b) and all(the_same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(the_same, a, b))
    return type(a) is type(b) and np.asarray(a).tobytes() == np.asarray(b).tobytes()


@pytest.mark.parametrize("name", QUICK)
def test_it_is_what_would_be_computed_here(begin, name):
    case = fresh(name, QUICK[name])
    assert begin(case).wait(SOON)
    came = dict(RUNS._values)
    assert came
    RUNS.forget()
    for finding in case.findings.values():
        assert finding._value is not None, finding
        assert the_same(finding.compute(), finding._value), finding
    assert set(RUNS._values) <= set(came)
    for key, run in RUNS._values.items():
        pairs = zip(
            (run.steps, run.losses, *arrays(run.params)),
            (came[key].steps, came[key].losses, *arrays(came[key].params)),
            strict=True,
        )
        for here, there in pairs:
            assert the_same(here, there)
            assert here.strides == there.strides
            assert not there.flags.writeable
        assert (run.diverged, run.stopped, run.seeds) == (
            came[key].diverged,
            came[key].stopped,
            came[key].seeds,
        )


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_for_is_the_same_in_both_processes(name):
    case = CASES[name]
    experiments = list(case.experiments.values())
    for fault in FAULTS.values():
        try:
            experiments.append(fault.plant(case.as_posted))
        except ValueError:
            continue  # it makes no difference there
    assert len(experiments) > len(case.experiments)
    for experiment in experiments:
        there = pickle.loads(pickle.dumps(experiment, pickle.HIGHEST_PROTOCOL))
        assert there == experiment
        assert hash(there) == hash(experiment)


def test_experiments_are_trained_too_and_not_again(begin, not_here):
    case = fresh("two-neurons")
    assert begin(case, ["line", "both biases"], 3).wait(SOON)
    assert train(case.experiment("line"), range(3)).seeds == [0, 1, 2]
    assert train(case.experiment("both biases"), range(3)).seeds == [0, 1, 2]
    with pytest.raises(RuntimeError, match="trained here"):
        train(case.experiment("line"), range(4))


def test_who_needs_what_is_being_computed_there_waits_for_it(begin, not_here):
    case = fresh("sum-of-inputs", ["settles"])
    finding, one = case.findings["settles"], begin(case)
    until(lambda: taken(finding) or finding._value)
    assert finding() == {"longer": 300, "posted": 300, "smaller": 0}
    assert one.wait(SOON)


def taken(finding):
    """Whether another thread is computing it."""
    if finding._lock.acquire(blocking=False):
        finding._lock.release()
        return False
    return True


def test_what_is_here_is_sent_there(begin, monkeypatch):
    case = fresh("sum-of-inputs", ["settles"])
    names = ("posted derivative, longer step", "posted derivative", "posted derivative, smaller step")
    case.train(names)
    begun = []
    monkeypatch.setattr(RUNS, "made", lambda key, compute: begun.append(key) or compute())
    assert begin(case).wait(SOON)
    assert begun == []
    assert case.findings["settles"]._value == {"longer": 300, "posted": 300, "smaller": 0}


def test_what_is_being_trained_here_is_left_and_tried_again(begin, monkeypatch):
    case = fresh("sum-of-inputs", ["settles", "limits", "flat_solution"])
    asked, go_on = threading.Event(), threading.Event()
    thread = threading.Thread(target=case.train, args=(["posted derivative, longer step"],))
    monkeypatch.setattr(RUNS, "made", lambda key, compute: asked.set() or (go_on.wait(SOON) and compute()))
    thread.start()
    assert asked.wait(SOON)
    monkeypatch.setattr(RUNS, "made", lambda key, compute: compute())

    def offer(_):
        assert case.findings["settles"]._value is None
        assert case.findings["limits"]._value is not None
        go_on.set()
        thread.join(SOON)

    monkeypatch.setattr(case.findings["flat_solution"], "offer", offer)
    assert begin(case).wait(SOON)
    assert case.findings["settles"]._value == {"longer": 300, "posted": 300, "smaller": 0}


def until(true):
    ends = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_if_it_is_lost_everything_is_computed_here(begin, capfd):
    case = fresh("sum-of-inputs", ["settles", "limits"])
    one = begin(case)
    until(lambda: taken(case.findings["settles"]) or case.findings["settles"]._value)
    one._process.kill()
    assert case.findings["settles"]() == {"longer": 300, "posted": 300, "smaller": 0}
    assert case.findings["limits"]()["total"] > 1211
    assert one.wait(SOON)
    assert capfd.readouterr() == ("", "")


def test_what_cannot_be_found_or_read_is_computed_here(begin, capfd, monkeypatch):
    case = fresh("sum-of-inputs", ["limits"], {"there_is_no_such": lambda: 1})
    assert begin(case).wait(SOON)
    assert case.findings["limits"]._value is not None
    assert case.findings["there_is_no_such"]._value is None
    assert case.findings["there_is_no_such"]() == 1
    monkeypatch.setattr(ahead, "SERVE", "print('no pickle', flush=True); input()")
    other = fresh("sum-of-inputs", ["limits"])
    assert begin(other).wait(SOON)
    assert other.findings["limits"]._value is None
    assert capfd.readouterr() == ("", "")


def test_a_value_from_elsewhere_is_taken_once_and_without_waiting():
    finding = Finding("a", lambda: 1, "{a: 1}")
    with pytest.raises(ZeroDivisionError):
        finding.offer(lambda: 1 // 0)
    finding.offer(lambda: 2)
    finding.offer(lambda: 3)
    assert finding() == 2
    busy, go_on = threading.Event(), threading.Event()
    slow = Finding("b", lambda: busy.set() or int(go_on.wait(SOON)), "{a: 1}")
    thread = threading.Thread(target=slow)
    thread.start()
    assert busy.wait(SOON)
    slow.offer(lambda: 2)
    go_on.set()
    thread.join()
    assert slow() == 1


def test_findings_that_are_not_always_due_are_left_alone(begin):
    case = fresh("sum-of-inputs", ["limits"])
    case.findings["limits"].due = lambda: True
    assert begin(case).wait(SOON)
    assert case.findings["limits"]._value is None


@pytest.fixture
def ctrl_c():
    """Ctrl-C is heard, also in tests that a shell has started in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix
def test_waiting_for_it_can_be_interrupted_and_does_not_end_it(begin, ctrl_c):
    case = fresh("sum-of-inputs", ["settles"])
    finding, one = case.findings["settles"], begin(case)
    until(lambda: taken(finding) or finding._value)
    os.kill(one._process.pid, signal.SIGSTOP)
    if finding._value is None:
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt):
            finding()
    os.kill(one._process.pid, signal.SIGCONT)
    assert one.wait(SOON)
    assert finding._value == {"longer": 300, "posted": 300, "smaller": 0}


PARENT = """
import sys, time
from dataclasses import replace
from workbook import ahead
from workbook.cases import CASES, Findings
case = replace(CASES["two-neurons"], findings=Findings(""))
one = ahead.start(case, ["XOR sigmoid-sigmoid, bias"], 200_000)  # which takes minutes
while not ahead.RUNS._working:
    time.sleep(0.01)
print(one._process.pid, flush=True)
sys.stdin.read()
"""


@posix
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL", None])
def test_it_ends_with_the_process_that_began_it(how):
    parent = subprocess.Popen(
        [sys.executable, "-W", "error", "-X", "dev", "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {ahead.SWITCH: "1"},
    )
    child = int(parent.stdout.readline())
    if how is not None:
        parent.send_signal(getattr(signal, how))
    _, said = parent.communicate(timeout=SOON)
    until(lambda: not running(child))
    assert "Traceback" not in said or (how == "SIGINT" and said.count("Traceback") == 1)
    assert "Resource" not in said


@posix
def test_ctrl_c_is_not_heard_there():
    """It comes to all processes of a terminal's foreground, and from a notebook to all of the kernel's."""
    begin = "import signal; signal.signal(signal.SIGINT, lambda *_: print('heard', flush=True))" + PARENT
    with subprocess.Popen(
        [sys.executable, "-c", begin],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {ahead.SWITCH: "1"},
        start_new_session=True,
    ) as parent:
        child = int(parent.stdout.readline())
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.stdout.readline() == "heard\n"
        time.sleep(0.3)
        assert running(child)
        assert parent.communicate(timeout=SOON) == ("", None)


def running(pid):
    """Whether there is such a process; one that has ended and that nobody has asked about yet is none."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_it_is_switched_off_by_a_variable_and_where_there_is_one_processor(monkeypatch):
    monkeypatch.setattr(ahead, "Ahead", lambda *arguments: arguments)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setenv(ahead.SWITCH, "1")
    case = CASES["parity"]
    assert ahead.start(case, ["as posted"], 3) == (case, ["as posted"], 3)
    monkeypatch.setenv(ahead.SWITCH, "0")
    assert ahead.start(case) is None
    monkeypatch.delenv(ahead.SWITCH)
    assert ahead.start(case) is not None
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1})
    assert ahead.start(case) is None


def test_where_no_process_can_be_started_nothing_happens(monkeypatch):
    def refuse(*_, **__):
        raise OSError("no more processes")

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setenv(ahead.SWITCH, "1")
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert ahead.start(CASES["parity"]) is None
