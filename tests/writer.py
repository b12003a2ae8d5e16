"""A process that changes stores and can be killed at any moment: forks for each line on standard input.

A line is JSON: ``{"do": "build" | "add" | "remove", "store": ..., "inputs": [...], "out": ...}``. The answer is
the number of the forked process, a line when it is about to begin, and at last its exit status. Extraction is
replaced by one that takes each word with a capital for a system: what is tested is the writing.
"""

import json
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import kg.building
import kg.stages
from kg.errors import KgError
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation
from kg.ontology import load
from kg.records import said

load()


def extract(papers: Sequence[Paper], **_: object) -> Iterator[Extraction]:
    """Yield systems by name; each uses the one before."""
    for paper in papers:
        found = {m[0]: Mention(m.start(), m.end(), m[0]) for m in re.finditer(r"[A-Z]\w+", paper.text)}
        entities = tuple(Entity("System", name, (mention,), "word", 0.5) for name, mention in sorted(found.items()))
        names = sorted(found)
        relations = tuple(Relation(one, "uses", other, Evidence(0, 1, "word", 0.5))
                          for one, other in pairwise(names))
        yield Extraction(paper, entities, (), relations)


def read_texts(_: object, texts: Sequence[str]) -> list[str]:
    """Return what each text says, as rows."""
    return [said(extraction) for extraction in extract([Paper("", text) for text in texts])]


kg.building.extract = extract
kg.stages.read_texts = read_texts


def say(line: str) -> None:
    """Write a line in one piece: two processes write to one pipe."""
    os.write(1, f"{line}\n".encode())


def carry_out(order: dict[str, object]) -> None:
    store, inputs = Path(str(order["store"])), list(map(str, order["inputs"]))  # type: ignore[call-overload]
    if order["do"] == "build":
        kg.building.build(inputs, out=Path(str(order["out"])), store=store)
    elif order["do"] == "add":
        kg.building.add(inputs, store=store)
    else:
        kg.building.remove(inputs, store=store)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        status = 3
        try:
            say("begin")
            carry_out(json.loads(line))
            status = 0
        except KgError as error:
            say(f"error {error}")
            status = 2
        finally:
            if status == 3:
                traceback.print_exc()
            os._exit(status)
    say(f"pid {child}")
    _, status = os.waitpid(child, 0)
    say(f"end {status}")
