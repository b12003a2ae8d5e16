import gzip

import pytest
from spacy.vocab import Vocab

from kg.errors import InputError
from kg.train.treebank import read_treebank, to_docs

SMALL = """# newdoc id = one
# text = Don't stop.
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\tVB\t_\t3\taux\t_\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_
3\tstop\tstop\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
3.1\tit\tit\tPRON\t_\t_\t_\t_\t_\t_
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

1\tGo\tgo\tVERB\tVB\t_\t0\troot\t_\t_

# newdoc id = two
1\tYes\tyes\tINTJ\tUH\t_\t0\troot\t_\t_
"""


def write(path, text):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


def test_words_of_a_multiword_token_stand_together_and_empty_nodes_are_passed_over(tmp_path):
    sentences = read_treebank(write(tmp_path / "t.conllu.gz", SMALL))
    assert [s.document for s in sentences] == ["one", "one", "two"]
    first = sentences[0]
    assert first.words == ("Do", "n't", "stop", ".")
    assert first.spaces == (False, True, False, True)
    assert first.heads == (2, 2, 2, 2)
    assert first.relations == ("aux", "advmod", "ROOT", "punct")


def test_documents_are_never_mixed(tmp_path):
    docs = to_docs(read_treebank(write(tmp_path / "t.conllu.gz", SMALL)), Vocab())
    assert [d.text.strip() for d in docs] == ["Don't stop. Go", "Yes"]
    assert [t.i for t in docs[0] if t.is_sent_start] == [0, 4]
    assert docs[0][4].head.i == 4


@pytest.mark.parametrize("line", ["1\tword", "1\ta\ta\tX\tX\t_\tnone\troot\t_\t_"])
def test_a_broken_line_is_named(tmp_path, line):
    path = write(tmp_path / "t.conllu.gz", f"# text = a\n{line}\n")
    with pytest.raises(InputError, match=r"t\.conllu\.gz:2: no word line"):
        read_treebank(path)
