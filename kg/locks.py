"""Locks between processes that the operating system takes back when a process dies, however it dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_held: dict[Path, int] = {}
"""Files that this process holds for reading until it ends, with their descriptors."""


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file for writing while the block runs; it is made where it is missing, and stays.

    Raises:
        StoreError: another process holds it (its number is named), or it cannot be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StoreError(f"the store cannot be written: {error.strerror}", place=str(path.parent),
                         remedy="check the folder and its permissions") from error
    try:
        if not _lock(handle, shared=False):
            owner = os.pread(handle, 32, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            raise StoreError(f"another process{f' ({owner})' if owner else ''} is writing to the store",
                             place=str(path.parent), remedy="wait until it is done, or end it")
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode("ascii"))
        yield
    finally:
        os.close(handle)


def hold(path: Path) -> bool:
    """Hold a file for reading until this process ends; False where it is gone or being removed."""
    if path in _held:
        return True
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    if not _lock(handle, shared=True):
        os.close(handle)
        return False
    _held[path] = handle
    return True


@contextmanager
def unused(path: Path) -> Iterator[bool]:
    """Give whether nobody holds a file for reading, and keep new readers off while the block runs."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield True
        return
    try:
        yield _lock(handle, shared=False)
    finally:
        os.close(handle)


def _lock(handle: int, *, shared: bool) -> bool:
    """Lock without waiting. On Windows, where open files cannot be removed, readers need no lock."""
    if sys.platform == "win32":
        if shared:
            return True
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
