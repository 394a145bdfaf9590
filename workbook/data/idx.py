"""IDX, the file format of MNIST: a few bytes that say what follows, then the numbers, nothing else."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

GZIP = b"\x1f\x8b"
UNSIGNED_BYTE = 8  # the third byte of the file is the type of its numbers, the fourth the number of axes


def read_bytes(path: str | Path) -> bytes:
    """Return a file's content, unpacked if it is a gzip file, whatever its name.

    Raises ValueError if it cannot be read, or is a gzip file that is damaged or was cut off.
    """
    try:
        content = Path(path).read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP) else content
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path} is a damaged or truncated gzip file: {error}") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from None


def read_idx(path: str | Path, shape: tuple[int | None, ...]) -> np.ndarray:
    """Return the array of unsigned bytes in an IDX file, gzip or not.

    shape: what is expected, one entry for each axis, None where any length will do: (None, 28, 28).
    Raises ValueError that says what was found where the file is something else.
    """
    content = read_bytes(path)
    header = 4 + 4 * len(shape)
    if len(content) < header:
        raise ValueError(f"{path} is truncated: {len(content)} bytes, and the header alone needs {header}")
    expected = bytes([0, 0, UNSIGNED_BYTE, len(shape)])
    if content[:4] != expected:
        raise ValueError(
            f"{path} is no IDX file of unsigned bytes with {len(shape)} axes: it starts with "
            f"{content[:4].hex(' ')}, expected {expected.hex(' ')}"
        )
    found = struct.unpack(f">{len(shape)}I", content[4:header])
    if any(wanted not in (None, length) for wanted, length in zip(shape, found, strict=True)):
        wanted = " x ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(f"{path} holds {' x '.join(map(str, found))} numbers, expected {wanted}")
    size = math.prod(found)
    if len(content) - header != size:
        what = "is truncated" if len(content) - header < size else "has too many bytes"
        raise ValueError(f"{path} {what}: its header announces {size} bytes, {len(content) - header} follow")
    return np.frombuffer(content, np.uint8, size, header).reshape(found)
