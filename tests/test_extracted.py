"""What texts say is kept whole or not at all, told by checksum, and forgotten when it is of no more use."""

from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.extracted import Extracted, key_of

ABOUT = {"extractor": "e1", "ontology": "o1", "weights": "w1", "mode": "fast"}
ROWS = {key_of(text): f'{{"says":"{text}\u2028"}}' for text in ("one", "two", "three", "four")}
KEYS = list(ROWS)


def kept(folder: Path, *, each: int = 2) -> Extracted:
    found = Extracted(folder, ABOUT)
    for at in range(0, len(KEYS), each):
        found.add(KEYS[at:at + each], [ROWS[key] for key in KEYS[at:at + each]])
    return found


def batches(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.rows"))


def test_rows_come_back_by_key_in_any_order(tmp_path: Path) -> None:
    kept(tmp_path)
    again = Extracted(tmp_path, ABOUT)
    assert len(again) == 4
    assert KEYS[0] in again
    assert key_of("five") not in again
    assert list(again.rows(KEYS[::-1])) == [ROWS[key] for key in KEYS[::-1]]
    assert again.found.damaged == again.found.changed == ()
    with pytest.raises(KeyError):
        list(again.rows([key_of("five")]))


@pytest.mark.parametrize("damage", [lambda content: content[:-3], lambda content: content[:70] + b"x" + content[71:],
                                    lambda content: b"", lambda content: content + b"\n"])
def test_a_damaged_batch_is_named_and_taken_away(tmp_path: Path, damage) -> None:
    kept(tmp_path)
    first, second = batches(tmp_path)
    first.write_bytes(damage(first.read_bytes()))
    again = Extracted(tmp_path, ABOUT)
    assert again.found.damaged == (first.name,)
    assert batches(tmp_path) == [second]
    assert [key in again for key in KEYS] == [False, False, True, True]
    again.add(KEYS[:2], [ROWS[key] for key in KEYS[:2]])
    assert list(Extracted(tmp_path, ABOUT).rows(KEYS)) == list(ROWS.values())


def test_what_a_dead_writer_left_is_cleared_away(tmp_path: Path) -> None:
    kept(tmp_path)
    left = batches(tmp_path)[0].with_name("000009.rows.unfinished")
    left.write_bytes(b"half")
    assert len(Extracted(tmp_path, ABOUT)) == 4
    assert not left.exists()


def test_a_batch_that_goes_while_it_is_needed_is_named(tmp_path: Path) -> None:
    kept(tmp_path)
    again = Extracted(tmp_path, ABOUT)
    batches(tmp_path)[1].unlink()
    with pytest.raises(StoreError, match=r"damaged or gone: 000002\.rows"):
        list(again.rows(KEYS))


@pytest.mark.parametrize("name", list(ABOUT))
def test_another_way_of_extraction_shares_nothing_and_says_what_differs(tmp_path: Path, name: str) -> None:
    kept(tmp_path)
    other = Extracted(tmp_path, {**ABOUT, name: "new"})
    assert len(other) == 0
    assert other.found.changed == (name,)
    other.add(KEYS[:1], [ROWS[KEYS[0]]])
    assert Extracted(tmp_path, {**ABOUT, name: "new"}).found.changed == ()
    assert len(Extracted(tmp_path, ABOUT)) == 4


def test_tidying_keeps_what_was_used(tmp_path: Path) -> None:
    kept(tmp_path)
    Extracted(tmp_path, {**ABOUT, "mode": "default"})
    again = Extracted(tmp_path, ABOUT)
    list(again.rows(KEYS[:1]))
    again.tidy()
    assert len(list(tmp_path.iterdir())) == 1
    assert [path.name for path in batches(tmp_path)] == ["000001.rows"]
    assert KEYS[3] not in again


def test_the_disk_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        Extracted(tmp_path / "file", ABOUT)
