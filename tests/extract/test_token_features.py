import numpy as np
import pytest

from kg.extract.sentences import SentenceSplitter, blank
from kg.extract.signals import Lexicon, gather
from kg.extract.token_features import feature_names, read_tokens, shape
from kg.extract.words import Words
from kg.ontology import Ontology


@pytest.mark.parametrize(("word", "pattern"), [("LLaMA-2-70B", "XXxXX-d-ddX"), ("throughput", "xx"), ("A100", "Xdd")])
def test_shape(word: str, pattern: str) -> None:
    assert shape(word) == pattern


def test_each_token_shows_its_form_its_neighbours_and_what_stands_around_it(shipped: Ontology) -> None:
    lexicon = Lexicon.from_ontology(shipped)
    words = Words(["we"], np.array([3], np.int16), np.array([41], np.int16), np.array([9], np.int32),
                  np.array([97], np.int8))
    doc = SentenceSplitter(shipped)(blank()("Orbiter: fast kites\n\nWe present Orbiter."))
    rows = feature_names(read_tokens(doc, gather(doc, lexicon), words, lexicon.cues))
    assert len(rows) == len(doc)
    at = next(token.i for token in doc if token.text == "We")
    assert {"w=we", "c=3", "f=41", "df=3", "lc=4", "p3=we", "t=0"} <= {*rows[at]}
    assert {"1|w=present", "-1|w=¶", "w=we&+w=present"} <= {*rows[at]}
    assert {"titlename", "-1|edge", "-3|edge", "t=1", "c=none"} <= {*rows[0]}
    assert {"iv=0", "-2|c=3"} <= {*rows[at + 2]}
    assert not any("f=" in name for name in rows[at + 2] if name.startswith("-2|"))
