"""Workers: processes that are lost and replaced, hear nothing of Ctrl-C, and leave nothing behind."""

import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError
from importlib.util import find_spec
from pathlib import Path

import pytest

from workbook import Workers, train
from workbook.data.datasets import xor
from workbook.experiment import Experiment
from workbook.network import Network
from workbook.parts import Loss
from workbook.training.work import attempt

from .examples import ROWS
from .test_shares import assert_equal

LONG = Experiment(xor(), Network((2, 8, 1), hidden="tanh"), steps=150)
SECONDS = 30  # in which a process starts or ends, however busy the machine is


def gone(pid):
    """Whether a process is no more, or is only waiting for its parent to hear of its end."""
    state = Path(f"/proc/{pid}/stat")
    if state.parent.parent.joinpath("self").exists():
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def soon(true):
    """Wait until this is so, for some seconds."""
    end = time.monotonic() + SECONDS
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


@pytest.fixture
def two():
    with Workers(2) as executor:
        yield executor


def test_each_does_its_own_in_a_process_of_its_own(two):
    meet = [two.submit(time.sleep, 0.5) for _ in range(2)]
    pids = {two.submit(os.getpid).result() for _ in range(8)}
    assert [future.result() for future in meet] == [None, None]
    assert 1 <= len(pids) <= 2
    assert os.getpid() not in pids
    assert two.submit(int, "11", base=2).result() == 3
    assert list(two.map(abs, [-1, -2, -3])) == [1, 2, 3]


def test_what_a_call_raises_is_raised_here(two):
    with pytest.raises(ValueError, match="invalid literal") as raised:
        two.submit(int, "x").result()
    assert "raised by a worker" in raised.value.__notes__[0]
    assert two.submit(int, "3").result() == 3


def test_a_process_that_ends_costs_one_call(two):
    calls = [two.submit(os._exit, 7) for _ in range(3)]
    calls.append(two.submit(abs, -5))
    for call in calls[:3]:
        with pytest.raises(BrokenExecutor, match=r"lost \(exit code 7\)"):
            call.result()
    assert calls[3].result() == 5


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_worker_that_is_killed_on_the_way_changes_nothing(monkeypatch):
    monkeypatch.setattr("workbook.training.shares.FEWEST_NUMBERS", 0)
    killed, seeds = [], range(320)
    with Workers(2) as executor:
        executor.submit(abs, 1).result()

        def kill(share):
            if 0 < share < 1 and not killed:
                killed.append(next(worker._process for worker in executor._workers if worker._process))
                killed[0].kill()

        run = train(LONG, seeds, remember=False, executor=executor, progress=kill)
        after = {executor.submit(os.getpid).result() for _ in range(20)}
        assert killed[0].exitcode == -signal.SIGKILL
        assert killed[0].pid not in after
    assert_equal(run, train(LONG, seeds, remember=False))


def test_they_end_with_the_block():
    with Workers(2) as executor:
        processes = [executor.submit(os.getpid), executor.submit(os.getpid), executor.submit(abs, -1)]
        pids = {future.result() for future in processes[:2]}
    assert processes[2].result() == 1
    assert all(map(gone, pids))
    with pytest.raises(RuntimeError, match="these workers have ended"):
        executor.submit(abs, 1)


def test_they_end_at_once_when_the_block_is_broken_off():
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Workers(1) as executor:  # noqa: PT012
        pid = executor.submit(os.getpid).result()
        sleeping, waiting = executor.submit(time.sleep, 1000), executor.submit(abs, -1)
        soon(sleeping.running)
        raise KeyboardInterrupt
    assert time.monotonic() - begun < SECONDS
    assert gone(pid)
    with pytest.raises(BrokenExecutor):
        sleeping.result()
    with pytest.raises(CancelledError):
        waiting.result()


def test_before_their_first_task_there_is_no_process():
    with Workers(200) as executor:
        assert threading.active_count() >= 200
    executor.shutdown()


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "2"])
def test_a_number_of_workers(count):
    with pytest.raises(ValueError, match="the number of workers must be a whole number, 1 or more"):
        Workers(count)


def test_products_take_one_core(two, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")  # the processes are not there yet
    threads = "[info['num_threads'] for info in __import__('threadpoolctl').threadpool_info()]"
    if two.submit(eval, threads).result() != [2]:
        pytest.skip("this NumPy takes one core, whatever it is allowed")
    counting = (
        "from workbook.training.trainer import Trainer; from tests.workbook.examples import XOR; found = []; "
        "gradient = Trainer._gradient; "
        f"Trainer._gradient = lambda self: found.append({threads}) or gradient(self); "
        "from workbook.training.work import attempt; attempt(XOR, [0, 1]); "
        "import os; os.environ['FOUND'] = repr(found)"
    )
    with Workers(1) as executor:
        executor.submit(exec, f"import sys; sys.path.append({str(Path(__file__).parents[2])!r})").result()
        executor.submit(exec, counting, {}).result()
        assert eval(executor.submit(os.getenv, "FOUND").result()) == [[1]] * 20


def own_value(y, t):
    return ((y - t) ** 2).mean((-2, -1))


def test_a_function_of_nowhere(two, monkeypatch):
    """With cloudpickle it travels; without, a sentence says what would help."""
    own = ROWS.but(loss=Loss("mine", lambda y, t: own_value(y, t), lambda y, t: ROWS.loss.gradient(y, t)))
    if find_spec("cloudpickle"):
        expected = train(own, range(40), remember=False)
        assert_equal(train(own, range(40), remember=False, executor=two), expected)
    monkeypatch.setattr("workbook.training.workers.find_spec", lambda name: None)
    with pytest.raises(TypeError, match="the loss 'mine' cannot be sent to another process: define its"):
        train(own, range(40), remember=False, executor=two)
    with pytest.raises(pickle.PicklingError):
        two.submit(lambda: 1).result()
    assert two.submit(abs, -1).result() == 1


def test_a_function_that_is_not_there(tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def answer(): return 42")
    monkeypatch.syspath_prepend(tmp_path)
    import only_here

    with Workers(1) as executor:
        executor.submit(exec, "import sys; sys.path.pop(0)").result()
        with pytest.raises(pickle.PicklingError, match="No module named 'only_here'"):
            executor.submit(only_here.answer).result()
        assert executor.submit(abs, -1).result() == 1


SCRIPT = """
import os, signal, sys, time
from workbook import Workers
signal.signal(signal.SIGINT, signal.default_int_handler)
with Workers(2) as executor:
    pids = [executor.submit(os.getpid).result() for _ in range(2)]
    try:
        print(*pids, flush=True)
        future = executor.submit(time.sleep, 1000)
        while not future.done():  # a wait without end may miss the signal that comes as it begins
            time.sleep(0.01)
    except KeyboardInterrupt:
        print("stopped", flush=True)
        raise SystemExit(3)
"""
DEAF = """
import signal
from workbook import Workers
signal.signal(signal.SIGINT, lambda *call: None)  # the processes that it starts would end of it
with Workers(2) as executor:
    calls = [executor.submit(abs, -number) for number in range(4)]
    print("begun", flush=True)
    print(*[call.result() for call in calls], flush=True)
    input()
"""


def started(script):
    """Return a program in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
def test_control_c_of_a_terminal_reaches_all_of_them():
    """The whole group is interrupted; only the program says so, and nobody is left."""
    process = started(SCRIPT)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (3, "stopped\n", "")
    assert all(soon(lambda pid=pid: gone(pid)) for pid in pids)


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
def test_control_c_does_not_reach_them_while_they_start():
    process = started(DEAF)
    assert process.stdout.readline() == "begun\n"
    while not select.select([process.stdout], [], [], 0.01)[0]:
        os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate("\n", timeout=SECONDS)
    assert (process.returncode, out, err) == (0, "0 1 2 3\n", "")


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_who_kills_the_program_ends_its_workers():
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    process.kill()
    process.communicate(timeout=SECONDS)
    assert all(soon(lambda pid=pid: gone(pid)) for pid in pids)


def test_a_script_without_a_guard_is_told(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from workbook import Workers\nwith Workers(1) as executor: executor.submit(abs, -1).result()\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(
        'in a script, what makes Workers stands under `if __name__ == "__main__":`'
    )


def test_the_engine_is_there_without_processes():
    code = (
        "import sys, workbook; print('multiprocessing.connection' in sys.modules, "
        "'concurrent.futures.process' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_a_share_comes_back_without_its_data():
    """Which the other side has, and which may be large."""
    assert len(pickle.dumps(attempt(ROWS, [0]))) < 5000
    assert "experiment" not in attempt(ROWS, [0])
