import hashlib
import json
from pathlib import Path

import pytest

import kg
from kg.errors import InputError
from kg.train.manifest import CARD, MANIFEST, Description, Source, check_sources, sha256, write

WEIGHTS = Path(kg.__file__).parent / "extract" / "weights"
SHIPPED = sorted(WEIGHTS.rglob(MANIFEST))
LIMIT = 40_000_000
TEXT = Description(title="Quorix tagger", summary="Tags.", licence="MIT", limits=("Reads English.",))


def make(tmp_path, name="seen.txt"):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"data")
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "model").write_bytes(b"12345")
    write(folder, tmp_path, [Source(name, "MIT", "training")], TEXT, settings={"seed": 0}, scores={"all": {"F1": 1}},
          packages=["spacy"])
    return folder


def test_a_manifest_names_every_file_by_its_hash(tmp_path):
    folder = make(tmp_path)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["sources"][0]["sha256"] == hashlib.sha256(b"data").hexdigest()
    assert manifest["files"] == {"model": {"bytes": 5, "sha256": hashlib.sha256(b"12345").hexdigest()}}
    card = (folder / CARD).read_text(encoding="utf-8")
    assert "| all F1 | 1 |" in card
    assert "- Reads English." in card


@pytest.mark.parametrize("name", ["thirdparty/a.jsonl", "x/thirdparty/a.jsonl", "gold/dev.jsonl"])
def test_files_kept_for_measuring_are_refused(tmp_path, name):
    with pytest.raises(InputError, match="for measuring"):
        make(tmp_path, name)


def test_shipped_weights_hold_to_that_and_are_what_their_manifest_says():
    assert len(SHIPPED) >= 2
    for path in SHIPPED:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        check_sources(s["name"] for s in manifest["sources"])
        assert manifest["sources"]
        assert {n: sha256(path.parent / n) for n in manifest["files"]} == {
            n: f["sha256"] for n, f in manifest["files"].items()}
        assert (path.parent / CARD).is_file()


def test_shipped_weights_are_small():
    assert sum(p.stat().st_size for p in WEIGHTS.rglob("*") if p.is_file()) < LIMIT
