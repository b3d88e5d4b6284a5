from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.matching import assign

SIZES = st.tuples(st.integers(1, 5), st.integers(1, 5))


def matrices(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[list[list[float]]]:
    return SIZES.flatmap(
        lambda size: st.lists(
            st.lists(numbers, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        )
    )


def brute_force(weights: list[list[float]]) -> float:
    rows, columns = len(weights), len(weights[0])
    if rows > columns:
        return brute_force([list(column) for column in zip(*weights, strict=True)])
    ways = permutations(range(columns), rows)
    return max(sum(weights[i][j] for i, j in enumerate(way)) for way in ways)


@given(matrices(st.floats(0, 1)) | matrices(st.sampled_from([0.0, 0.5, 1.0, 2.0])))
def test_no_other_assignment_is_heavier(weights: list[list[float]]) -> None:
    pairs = assign(weights)
    assert sum(weights[i][j] for i, j in pairs) == pytest.approx(brute_force(weights))
    assert len(pairs) == min(len(weights), len(weights[0]))
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("weights", "pairs"),
    [
        ([], []),
        ([[]], []),
        ([[3]], [(0, 0)]),
        ([[1, 2], [2, 4]], [(0, 0), (1, 1)]),
        ([[9, 8], [8, 1]], [(0, 1), (1, 0)]),  # the greedy way, 9 first, ends at 10 of 16
        ([[1], [2], [3]], [(2, 0)]),
        ([[1, 5, 2]], [(0, 1)]),
    ],
)
def test_small_cases(weights: list[list[float]], pairs: list[tuple[int, int]]) -> None:
    assert assign(weights) == pairs
