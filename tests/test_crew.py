"""Processes work in order, with few batches on the way, and their end is told."""

import os
from collections.abc import Iterator

import pytest

from kg.crew import crew
from kg.errors import WorkerError


def doubled(number: int) -> int:
    return 2 * number


def die(number: int) -> int:
    os._exit(number)


def fail(number: int) -> int:
    raise ValueError(f"number {number}")


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_come_in_order(workers: int) -> None:
    with crew(workers) as hands:
        assert list(hands.map(doubled, ((n,) for n in range(20)))) == [2 * n for n in range(20)]
        assert list(hands.map(doubled, [])) == []


def test_batches_are_asked_for_as_they_are_needed() -> None:
    asked = []

    def batches() -> Iterator[tuple[int]]:
        for number in range(1000):
            asked.append(number)
            yield (number,)

    with crew(2) as hands:
        answers = hands.map(doubled, batches())
        assert next(answers) == 0
        assert len(asked) < 10


def test_a_process_that_ends_is_told() -> None:
    with crew(2) as hands, pytest.raises(WorkerError, match="goes on where it stopped"):
        list(hands.map(die, [(3,), (4,)]))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_work_comes_through(workers: int) -> None:
    with crew(workers) as hands, pytest.raises(ValueError, match="number 5"):
        list(hands.map(fail, [(5,)]))
