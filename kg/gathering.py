"""Values under keys that stages of Ray Data pass on: made from batches, gathered by key, fetched by the driver.

A stage is a function of a batch of values, a gathering stage one of a key and all its values; both give pairs of a key
and a value. A part whose worker dies is done again by Ray, elsewhere if need be.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import pyarrow as pa
import ray
import ray.data

from kg.errors import WorkerError

Pair = tuple[str, Any]
_SCHEMA = pa.schema([("key", pa.string()), ("value", pa.binary())])


@contextmanager
def running(address: str | None, workers: int) -> Iterator[None]:
    """Use the Ray of an address, or one on this machine for the time of the block.

    Raises:
        WorkerError: no Ray answers there, or workers died again and again.
    """
    try:
        if address:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        else:
            ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise WorkerError(f"no Ray can be used: {error}", place=address or "this machine",
                          remedy="check --address, or leave it out to start one here") from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    try:
        yield
    except ray.exceptions.RayError as error:
        raise WorkerError(f"a stage failed: {' '.join(str(error).split())[-300:]}",
                          remedy="see Ray's logs; with less memory, use fewer workers") from error
    finally:
        ray.shutdown()


class Flow:
    """Values under keys, spread over the workers."""

    def __init__(self, data: ray.data.Dataset) -> None:
        self._data = data

    @classmethod
    def of(cls, values: Iterable[Any]) -> Flow:
        """Return values of the driver, each a part of its own, without keys."""
        tables = [_table([("", value)]) for value in values]
        return cls(ray.data.from_arrow(tables))

    def each(self, stage: Callable[[list[Any]], Iterable[Pair]], most: int) -> Flow:
        """Return what a function makes of the values, at most so many at once."""
        return Flow(self._data.map_batches(partial(_on_values, stage), batch_size=most, batch_format="pyarrow"))

    def gathered(self, stage: Callable[[str, list[Any]], Iterable[Pair]], parts: int) -> Flow:
        """Return what a function makes of all values of each key, the keys spread over so many parts."""
        groups = self._data.groupby("key", num_partitions=max(1, parts))
        return Flow(groups.map_groups(partial(_on_group, stage), batch_format="pyarrow"))

    def also(self, other: Flow) -> Flow:
        """Return the values of both."""
        return Flow(self._data.union(other._data))

    def kept(self) -> Flow:
        """Return the same once all is done, to be read more than once."""
        return Flow(self._data.materialize())

    def fetched(self) -> Iterator[Pair]:
        """Yield the pairs in the driver, in no particular order."""
        for row in self._data.iter_rows():
            yield row["key"], _value(row["value"])


def bucket(key: str, parts: int) -> str:
    """Return the name of one of so many parts for a key, the same wherever it is asked."""
    return f"{int(hashlib.sha256(key.encode('utf-8')).hexdigest()[:8], 16) % parts:06d}"


class Together:
    """Union-find over keys: which of them mean the same."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def join(self, keys: Iterable[Any]) -> None:
        """Say that keys belong together; one alone becomes known."""
        low: Any = None
        for one in keys:
            root = self._root(one)
            if low is not None and low != root:
                low, high = min(low, root), max(low, root)
                self._parent[high] = low
            low = root if low is None else low

    def _root(self, key: Any) -> Any:
        self._parent.setdefault(key, key)
        while self._parent[key] != key:
            self._parent[key] = key = self._parent[self._parent[key]]
        return key

    def roots(self) -> Mapping[Any, Any]:
        """Return the smallest key of its set for each key that is not that itself."""
        return {key: root for key in self._parent if (root := self._root(key)) != key}


def _on_values(stage: Callable[[list[Any]], Iterable[Pair]], batch: pa.Table) -> pa.Table:
    return _table(stage([_value(one) for one in batch["value"].to_pylist()]))


def _on_group(stage: Callable[[str, list[Any]], Iterable[Pair]], group: pa.Table) -> pa.Table:
    return _table(stage(group["key"][0].as_py(), [_value(one) for one in group["value"].to_pylist()]))


def _table(pairs: Iterable[Pair]) -> pa.Table:
    rows = [(key, pickle.dumps(value)) for key, value in pairs]
    return pa.table({"key": [key for key, _ in rows], "value": [value for _, value in rows]}, schema=_SCHEMA)


def _value(packed: bytes) -> Any:
    return pickle.loads(packed)  # noqa: S301 - written by _table in our own processes
