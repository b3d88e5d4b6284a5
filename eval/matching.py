"""Assignment: which rows go with which columns so that the sum of weights is greatest."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

Weights = Sequence[Sequence[float]]


def assign(weights: Weights) -> list[tuple[int, int]]:
    """One-to-one pairs of (row, column) of greatest total weight, in the order of rows.

    All of the smaller side is assigned. Shortest augmenting paths with potentials, O(n³); among equals the
    order of search is that of D. F. Crouse (2016), which scipy follows too, so that published scores which
    depend on it can be had again.
    """
    if not weights or not weights[0]:
        return []
    if len(weights) > len(weights[0]):
        turned = [list(column) for column in zip(*weights, strict=True)]
        return sorted((row, column) for column, row in assign(turned))
    rows, columns = len(weights), len(weights[0])
    row_of, column_of = [-1] * columns, [-1] * rows
    row_price, column_price = [0.0] * rows, [0.0] * columns
    for new in range(rows):
        length, cost = 0.0, [inf] * columns
        came_from = [-1] * columns
        unseen, seen = list(range(columns - 1, -1, -1)), []
        row, free = new, -1
        while free < 0:
            nearest, at = inf, -1
            for place, column in enumerate(unseen):
                reach = length - weights[row][column] - row_price[row] - column_price[column]
                if reach < cost[column]:
                    cost[column], came_from[column] = reach, row
                if cost[column] < nearest or (cost[column] == nearest and row_of[column] < 0):
                    nearest, at = cost[column], place
            length, column = nearest, unseen[at]
            unseen[at] = unseen[-1]
            unseen.pop()
            seen.append(column)
            row = row_of[column]
            free = column if row < 0 else -1
        row_price[new] += length
        for column in seen:
            column_price[column] -= length - cost[column]
            if row_of[column] >= 0:
                row_price[row_of[column]] += length - cost[column]
        column = free
        while True:
            row = came_from[column]
            row_of[column] = row
            column_of[row], column = column, column_of[row]
            if row == new:
                break
    return list(enumerate(column_of))
