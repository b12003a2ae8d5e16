"""The sentence around a span, and offsets in UTF-16 units."""

from kg.sentences import sentence, utf16

TEXT = "Orbiter\n\nIt is fast, e.g. Very fast. It beats Comet by 2.5x! (So there.) “Quoted.” End"


def around(part):
    start = TEXT.index(part)
    first, last = sentence(TEXT, start, start + len(part))
    return TEXT[first:last]


def test_a_span_gives_its_sentence():
    cases = {"Orbiter": "Orbiter", "fast": "It is fast, e.g. Very fast.", "2.5x": "It beats Comet by 2.5x!",
             "there": "(So there.)", "End": "End"}
    for part, wanted in cases.items():
        assert around(part) == wanted
    assert len(cases) == 5


def test_a_span_over_a_break_gives_both_sentences():
    assert around("Very fast. It beats") == "It is fast, e.g. Very fast. It beats Comet by 2.5x!"


def test_whole_and_empty_texts():
    assert sentence("", 0, 0) == (0, 0)
    assert sentence(TEXT, 0, len(TEXT)) == (0, len(TEXT))


def test_offsets_count_as_browsers_do():
    text = "a🚀b"
    assert [utf16(text, offset) for offset in range(4)] == [0, 1, 3, 4]
    assert utf16("plain", 3) == 3
