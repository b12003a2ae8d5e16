"""kg add, kg remove, links.toml and stale exports, as a user meets them."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., object]

ORBITER = "We present Orbiter, a serving system for mixture models that runs on the H100 and is faster than vLLM."
BASIN = "We introduce Basin, a training framework built on Ray. It trains Llama 2 on 64 A100 GPUs and beats DeepSpeed."


def write(path: Path, **abstracts: str) -> str:
    path.write_text("".join(json.dumps({"id": name, "abstract": text}) + "\n" for name, text in abstracts.items()),
                    encoding="utf-8")
    return path.name


def test_a_store_grows_shrinks_and_tells_what_is_stale(kg: Run, tmp_path: Path) -> None:
    both = write(tmp_path / "both.jsonl", p1=ORBITER, p2=BASIN)
    one, two = write(tmp_path / "one.jsonl", p1=ORBITER), write(tmp_path / "two.jsonl", p2=BASIN)
    done = kg("add", two)
    assert (done.returncode, done.stderr) == (0, "1 added; 1 papers in .kg\n")
    done = kg("export", "nq", "ttl", "-o", "out")
    assert (done.returncode, done.stderr.splitlines()) == (0, ["out/graph.nq", "out/graph.ttl"])
    done = kg("add", one)
    assert done.stderr.splitlines() == [
        "1 added; 2 papers in .kg", "out/graph.nq is older than the store", "out/graph.ttl is older than the store",
        "write them anew with 'kg export FORMAT ... --store .kg'"]
    assert kg("add", one).stderr.startswith("1 unchanged; 2 papers in .kg\n")
    assert "out/graph.ttl is older than the store" in kg("export", "nq", "-o", "out").stderr
    assert kg("build", both, "-o", "fresh").returncode == 0
    assert kg("export", "nq", "--store", "fresh/store", "-o", "fresh").returncode == 0
    mine, fresh = ({line.replace(f'"{file}:', '"').replace('"2"', '"1"') for line in
                    (tmp_path / folder / "graph.nq").read_text(encoding="utf-8").splitlines() if "#origin>" not in line}
                   for folder, file in (("out", "one.jsonl"), ("fresh", "both.jsonl")))
    assert mine == fresh
    assert kg("remove", "p1", "p2").stderr.startswith("2 removed; 0 papers in .kg\n")


def test_a_changed_abstract_is_replaced_and_an_unknown_id_refused(kg: Run, tmp_path: Path) -> None:
    kg("add", write(tmp_path / "a.jsonl", p1=ORBITER))
    assert kg("add", write(tmp_path / "a.jsonl", p1=BASIN)).stderr.startswith("1 replaced; 1 papers")
    done = kg("remove", "p9")
    assert done.returncode == 2
    assert "no paper has the id 'p9'" in done.stderr
    names = kg("query", "SELECT ?n WHERE { ?s kg:support ?k ; rdfs:label ?n }", "--format", "csv").stdout
    assert "Basin" in names and "Orbiter" not in names


def test_links_toml_survives_a_rebuild(kg: Run, tmp_path: Path) -> None:
    other = ORBITER.replace("Orbiter", "Orbital").replace("faster", "quicker")
    papers = write(tmp_path / "a.jsonl", p1=ORBITER, p2=other)
    (tmp_path / "mine.toml").write_text('[[same]]\nnames = ["Orbiter", "Orbital"]\n', encoding="utf-8")

    def things() -> int:
        answer = kg("query", 'SELECT ?s WHERE { ?s kg:support ?k ; rdfs:label ?n FILTER STRSTARTS(?n, "Orbit") }',
                    "--format", "csv", "--store", "out/store")
        return len(answer.stdout.splitlines()) - 1

    assert kg("build", papers, "-o", "out").returncode == 0
    assert things() == 2
    assert kg("add", "--links", "mine.toml", "--store", "out/store").returncode == 0
    assert things() == 1
    assert kg("build", papers, "-o", "out").returncode == 0
    assert things() == 1
    report = json.loads((tmp_path / "out" / "link-report.json").read_text(encoding="utf-8"))
    reasons = {m["reason"] for e in report["merges"] for m in e["members"] if m["name"].startswith("Orbit")}
    assert "links.toml:1 says that it is the same" in reasons
    said = kg("explain", "Orbiter", "--store", "out/store").stdout
    assert "names joined: 2\n" in said
    assert "  Orbiter (1 paper, score 1): links.toml:1 says that it is the same\n" in said
    assert kg("export", "links", "--store", "out/store", "-o", "now").returncode == 0
    assert json.loads((tmp_path / "now" / "link-report.json").read_text(encoding="utf-8")) == report
    (tmp_path / "mine.toml").write_text('[[same]]\nnames = ["Orbiter", "Nobody"]\n', encoding="utf-8")
    done = kg("add", "--links", "mine.toml", "--store", "out/store")
    assert done.returncode == 2
    assert "mine.toml:2: no thing is called 'Nobody'" in done.stderr
    assert things() == 1
