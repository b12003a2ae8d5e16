"""Whole files or none: what every writer uses to put its bytes in place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import ExportError


@contextmanager
def placing(path: Path) -> Iterator[Path]:
    """Give the path of an empty file that takes the place of ``path`` in one step when the block ends well.

    Where the block fails, ``path`` stays as it was and nothing else is left behind.

    Raises:
        ExportError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _failure(path, error) from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(content: bytes, path: Path) -> None:
    """Write ``content`` as the whole of ``path``, in one step.

    Raises:
        ExportError: the file cannot be written.
    """
    with placing(path) as temporary:
        temporary.write_bytes(content)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _failure(path: Path, error: OSError) -> ExportError:
    return ExportError(f"cannot be written: {error.strerror or error}", place=str(path),
                       remedy="check the folder, its permissions and the free space")
