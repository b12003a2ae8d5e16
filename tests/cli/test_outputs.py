"""``kg export``, ``kg view`` and ``kg check``."""

from collections.abc import Callable
from pathlib import Path

from kg.outputs import FILES

Run = Callable[..., object]


def test_every_format_is_written_to_a_folder(kg: Run, built: Path, tmp_path: Path) -> None:
    done = kg("export", *FILES, "-o", "out", "--store", str(built / "store"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    described = {f"{name}-metadata.json" for name in FILES.values() if name.endswith(".csv")}
    assert {p.name for p in (tmp_path / "out").iterdir()} == set(FILES.values()) | described
    assert all(p.stat().st_size for p in (tmp_path / "out").iterdir())
    for form in ("ttl", "trig", "graphml", "csv"):
        assert (tmp_path / "out" / FILES[form]).read_bytes() == (built / FILES[form]).read_bytes()


def test_one_format_goes_to_the_file_that_is_named(kg: Run, built: Path, tmp_path: Path) -> None:
    assert kg("export", "ttl", "-o", "mine.ttl", "--store", str(built / "store")).returncode == 0
    assert (tmp_path / "mine.ttl").read_bytes() == (built / "graph.ttl").read_bytes()


def test_view_prints_where_the_page_is(kg: Run, built: Path, tmp_path: Path) -> None:
    done = kg("view", "-o", "page.html", "--no-open", "--store", str(built / "store"))
    assert (done.returncode, done.stdout) == (0, "page.html\n")
    assert (tmp_path / "page.html").read_bytes() == (built / "graph.html").read_bytes()


def test_check_finds_nothing_in_a_fresh_store(kg: Run, built: Path) -> None:
    done = kg("check", "--store", str(built / "store"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0 violations\n")


def test_check_lists_violations_and_ends_with_1(kg: Run, tmp_path: Path) -> None:
    import pyoxigraph as ox

    from kg.store import write_store
    from kg.terms import BASE, KG, RDF

    thing, other = ox.NamedNode(BASE + "system/a"), ox.NamedNode(BASE + "hardware/b")
    write_store(tmp_path / ".kg", [
        ox.Quad(thing, ox.NamedNode(RDF + "type"), ox.NamedNode(KG + "System")),
        ox.Quad(other, ox.NamedNode(RDF + "type"), ox.NamedNode(KG + "Hardware")),
        ox.Quad(thing, ox.NamedNode(KG + "builtOn"), other)])
    done = kg("check")
    assert done.returncode == 1
    head, _, row, count = done.stdout.splitlines()
    assert head.split(maxsplit=2) == ["rule", "node", "what is wrong"]
    assert row.split(maxsplit=2)[:2] == ["range", f"{BASE}system/a"]
    assert count == "1 row"
    assert done.stderr == "1 violations\n"
