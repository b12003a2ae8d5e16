import pytest

from kg.extract.coreference import same_things

CASES = [
    ([("end to end latency", "Metric", 1), ("latency", "Metric", 3)], [0, 0]),
    ([("latency", "Metric", 1), ("training latency", "Metric", 1), ("read latency", "Metric", 1)], [0, 1, 2]),
    ([("nvidia zorb gpu", "Hardware", 1), ("zorb gpu", "Hardware", 1)], [0, 0]),
    ([("zorb 100", "Hardware", 1), ("zorb", "Hardware", 1)], [0, 1]),
    ([("quick attention", "Method", 2), ("attention", "Method", 2)], [0, 1]),
    ([("latency", "Metric", 1), ("low latency", "Dataset", 1)], [0, 1]),
    ([("orbiterflow", "System", 4), ("orbitrflow", "System", 1)], [0, 0]),
    ([("orbiterflow", "System", 1), ("orbitrflow", "System", 1)], [0, 1]),
    ([("orbiter 2", "System", 4), ("orbiter 3", "System", 1)], [0, 1]),
    ([], []),
]


@pytest.mark.parametrize(("names", "targets"), CASES)
def test_names_of_one_thing(names: list[tuple[str, str, int]], targets: list[int]) -> None:
    assert same_things([(frozenset({form}), cls, count) for form, cls, count in names]) == targets
