import json
import struct
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")

from kg.train.encoder import build, read_tensors

WIDTH = 384


def tensors(layers: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)

    def some(*shape: int) -> np.ndarray:
        return (0.05 * random.normal(size=shape)).astype(np.float32)

    made = {"embeddings.word_embeddings.weight": some(50, WIDTH),
            "embeddings.position_embeddings.weight": some(16, WIDTH),
            "embeddings.token_type_embeddings.weight": some(2, WIDTH), "embeddings.LayerNorm.weight": some(WIDTH) + 1,
            "embeddings.LayerNorm.bias": some(WIDTH)}
    for n in range(layers):
        at = f"encoder.layer.{n}."
        for name, wide, narrow in (("attention.self.query", WIDTH, WIDTH), ("attention.self.key", WIDTH, WIDTH),
                                   ("attention.self.value", WIDTH, WIDTH), ("attention.output.dense", WIDTH, WIDTH),
                                   ("intermediate.dense", 4 * WIDTH, WIDTH), ("output.dense", WIDTH, 4 * WIDTH)):
            made |= {f"{at}{name}.weight": some(wide, narrow), f"{at}{name}.bias": some(wide)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            made |= {f"{at}{name}.weight": some(WIDTH) + 1, f"{at}{name}.bias": some(WIDTH)}
    return made


def plain(t: dict[str, np.ndarray], layers: int, ids: np.ndarray) -> np.ndarray:
    """The encoder as its paper writes it, in NumPy."""
    from math import erf

    def normal(x: np.ndarray, name: str) -> np.ndarray:
        spread = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-12)
        return (x - x.mean(axis=-1, keepdims=True)) / spread * t[f"{name}.weight"] + t[f"{name}.bias"]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ t[f"{name}.weight"].T + t[f"{name}.bias"]

    x = t["embeddings.word_embeddings.weight"][ids] + t["embeddings.position_embeddings.weight"][: len(ids)]
    x = normal(x + t["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for n in range(layers):
        at = f"encoder.layer.{n}."
        q, k, v = (linear(x, f"{at}attention.self.{part}").reshape(-1, 12, 32).swapaxes(0, 1)
                   for part in ("query", "key", "value"))
        scores = q @ k.swapaxes(1, 2) / np.sqrt(32)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (weights / weights.sum(axis=-1, keepdims=True) @ v).swapaxes(0, 1).reshape(-1, WIDTH)
        x = normal(x + linear(mixed, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm")
        wide = linear(x, f"{at}intermediate.dense")
        wide = wide * 0.5 * (1 + np.vectorize(erf)(wide / np.sqrt(2)))
        x = normal(x + linear(wide, f"{at}output.dense"), f"{at}output.LayerNorm")
    return x


def test_the_graph_computes_what_the_encoder_is_defined_to() -> None:
    import onnxruntime

    ids = np.array([3, 7, 7, 41, 0], dtype=np.int64)
    given = tensors(2)
    session = onnxruntime.InferenceSession(build(given, 2).SerializeToString(), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"ids": ids, "positions": np.arange(len(ids), dtype=np.int64)})
    assert np.abs(found - plain(given, 2, ids)).max() < 0.02  # the words' vectors are stored in 8 bits


def test_tensors_of_a_file(tmp_path: Path) -> None:
    value = np.arange(6, dtype=np.float32).reshape(2, 3)
    header = json.dumps({"__metadata__": {"format": "pt"},
                         "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [8, 32]},
                         "n": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}}).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 8 + value.tobytes())
    found = read_tensors(path)
    assert list(found) == ["w"]
    assert np.array_equal(found["w"], value)
