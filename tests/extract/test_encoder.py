from pathlib import Path

import numpy as np
import pytest

from kg.errors import InputError
from kg.extract.encoder import WIDTH, Encoder
from kg.extract.pipeline import WEIGHTS
from kg.extract.sentences import blank


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(WEIGHTS / "encoder")


def test_each_token_has_a_vector_that_depends_on_its_neighbours(encoder: Encoder) -> None:
    nlp = blank()
    river, money = (encoder.vectors(nlp(text)) for text in ("the bank of the river", "the bank lends money"))
    assert river.shape == (5, WIDTH)
    assert money.shape == (4, WIDTH)
    assert not np.allclose(river[1], money[1], atol=0.1)


def test_a_document_is_read_alike_whatever_was_read_before(encoder: Encoder) -> None:
    nlp = blank()
    text = "Orbiter serves 70B models on four A100 GPUs."
    first = encoder.vectors(nlp(text))
    encoder.vectors(nlp("Something long and different. " * 40))
    assert np.array_equal(first, encoder.vectors(nlp(text)))


@pytest.mark.parametrize("text", ["", "  \n\n ", "🙂🙂", "\u202eabc\u202c", "x" * 5000, "word " * 3000, "是" * 2000])
def test_any_text_can_be_read(encoder: Encoder, text: str) -> None:
    doc = blank()(text)
    vectors = encoder.vectors(doc)
    assert vectors.shape == (len(doc), WIDTH)
    assert np.isfinite(vectors).all()


def test_missing_encoder_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"weights are missing: encoder\.onnx, tokenizer\.json.*--fast"):
        Encoder(tmp_path)
