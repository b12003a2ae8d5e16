"""The store: generations, the pointer, and what an interrupted build leaves."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import StoreError
from kg.store import current, open_store, write_store


def quad(number: int) -> ox.Quad:
    node = ox.NamedNode(f"urn:{number}")
    return ox.Quad(node, node, ox.Literal(str(number)))


def numbers(folder: Path) -> set[str]:
    return {q.object.value for q in open_store(folder)}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    generation = write_store(tmp_path / "s", map(quad, range(3)))
    assert numbers(tmp_path / "s") == {"0", "1", "2"}
    assert generation == current(tmp_path / "s")


def test_a_new_build_replaces_the_old(tmp_path: Path) -> None:
    for number in range(4):
        write_store(tmp_path, [quad(number)])
    assert numbers(tmp_path) == {"3"}
    assert len(list((tmp_path / "generations").iterdir())) == 2


def test_an_open_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    write_store(tmp_path, [quad(1)])
    reader = open_store(tmp_path)
    write_store(tmp_path, [quad(2)])
    assert {q.object.value for q in reader} == {"1"}
    assert numbers(tmp_path) == {"2"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_interrupted_build_leaves_the_old_store(tmp_path: Path, error: type[BaseException]) -> None:
    def interrupted() -> Iterator[ox.Quad]:
        yield quad(2)
        raise error

    write_store(tmp_path, [quad(1)])
    with pytest.raises(error):
        write_store(tmp_path, interrupted())
    assert numbers(tmp_path) == {"1"}
    assert [path.name for path in (tmp_path / "generations").iterdir()] == ["000001"]


def test_reading_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no store here .*kg build"):
        open_store(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_generation_is_named(tmp_path: Path) -> None:
    write_store(tmp_path, [quad(1)])
    (tmp_path / "CURRENT").write_text("000009\n", encoding="utf-8")
    with pytest.raises(StoreError, match="000009"):
        open_store(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        write_store(tmp_path / "file", [quad(1)])
