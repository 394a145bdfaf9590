"""IDX files: what is read, and what is said of files that are something else."""

import gzip
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.data.idx import read_idx

PICTURES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def idx(array, header=None):
    """An array of bytes as the content of an IDX file."""
    header = bytes([0, 0, 8, array.ndim]) if header is None else header
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "pictures-idx3-ubyte"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["bare", "gzip"])
def test_bare_and_gzip_whatever_the_name(write, pack):
    found = read_idx(write(pack(idx(PICTURES))), (None, 3, 4))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, PICTURES)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=3), st.integers(0, 255))
def test_what_was_written_is_read(tmp_path_factory, shape, value):
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(idx(np.full(shape, value, np.uint8)))
    np.testing.assert_array_equal(read_idx(path, (None,) * len(shape)), np.full(shape, value))


@pytest.mark.parametrize(
    ("content", "shape", "words"),
    [
        (idx(PICTURES, b"\0\0\x0d\3"), (None, 3, 4), "starts with 00 00 0d 03, expected 00 00 08 03"),
        (idx(PICTURES), (None,), "expected 00 00 08 01"),
        (b"\x89PNG\r\n" + bytes(40), (None, 3, 4), "no IDX file"),
        (pickle.dumps(PICTURES), (None, 3, 4), "no IDX file"),
        (idx(PICTURES)[:10], (None, 3, 4), "truncated: 10 bytes, and the header alone needs 16"),
        (b"", (None,), "truncated: 0 bytes"),
        (idx(PICTURES)[:-5], (None, 3, 4), "truncated: its header announces 24 bytes, 19 follow"),
        (idx(PICTURES) + b"\0", (None, 3, 4), "too many bytes: its header announces 24 bytes, 25 follow"),
        (idx(PICTURES), (None, 28, 28), "holds 2 x 3 x 4 numbers, expected any x 28 x 28"),
        (idx(PICTURES), (60_000, 3, 4), "expected 60000 x 3 x 4"),
        (gzip.compress(idx(PICTURES), mtime=0)[:-9], (None, 3, 4), "damaged or truncated gzip"),
        (b"\x1f\x8bnonsense", (None, 3, 4), "damaged or truncated gzip"),
    ],
)
def test_everything_else_is_refused_in_words(write, content, shape, words):
    path = write(content)
    with pytest.raises(ValueError, match="pictures-idx3-ubyte") as refused:
        read_idx(path, shape)
    assert words in str(refused.value)


def test_a_huge_announcement_costs_no_memory(write):
    with pytest.raises(ValueError, match="truncated"):
        read_idx(write(b"\0\0\x08\x03" + b"\xff" * 12), (None, None, None))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="nowhere cannot be read: No such file"):
        read_idx(tmp_path / "nowhere", (None,))
