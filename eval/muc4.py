"""Two published metrics for event templates of whole documents, on this harness's assignment and counts.

GTT template F1 (Du, Rush and Cardie 2021) and IterX CEAF-RME (Chen et al. 2023) in its three variants. That
scores which others published for MUC-4 come out equal is how the code that scores our own records was proven.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from summariser import InputError

from .counting import Counts, Tally, total
from .matching import assign

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
_TYPE = "incident_type"

Entity = tuple[str, ...]
"""The mentions of one thing, normalised."""


class Template(NamedTuple):
    type: str
    roles: tuple[tuple[Entity, ...], ...]
    """The entities of each role, in the order of `ROLES`."""


Document = tuple[Sequence[Template], Sequence[Template]]
"""Gold and predicted templates."""

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalised(mention: str) -> str:
    return " ".join(_ARTICLES.sub(" ", mention.lower().translate(_PUNCTUATION)).split())


def template(kind: str, roles: dict[str, list[list[str]]]) -> Template:
    return Template(
        kind,
        tuple(
            tuple(tuple(map(normalised, mentions)) for mentions in roles.get(role) or ()) for role in ROLES
        ),
    )


# ── GTT ────────────────────────────────────────────────────────────────────────────────────────────────


def gtt(gold: Sequence[Template], predicted: Sequence[Template]) -> dict[str, Tally]:
    """Counts of each slot for one document, under the mapping with the greatest micro F1.

    A template of another type is not matched at all, and entities are not matched one to one: both hits are
    counted on their own.
    """
    pairs = [[_slots(one, other) for other in gold] for one in predicted]
    sizes = _sizes(predicted), _sizes(gold)
    chosen = _mapping(
        [[(sum(p for p, _ in slots), sum(g for _, g in slots)) for slots in row] for row in pairs],
        len(gold),
        (sum(sizes[0]), sum(sizes[1])),
    )
    hits = [pairs[row][column] for row, column in enumerate(chosen) if column >= 0]
    return {
        name: Tally(sum(h[n][0] for h in hits), sizes[0][n], sum(h[n][1] for h in hits), sizes[1][n])
        for n, name in enumerate((_TYPE, *ROLES))
    }


def _sizes(templates: Sequence[Template]) -> list[int]:
    return [len(templates), *(sum(len(each.roles[n]) for each in templates) for n in range(len(ROLES)))]


def _slots(predicted: Template, gold: Template) -> list[tuple[int, int]]:
    """For each slot, how many predicted fillers are right and how many of the gold are got."""
    if predicted.type not in gold.type:  # a part of the text, as the original has it: "" is in all of them
        return [(0, 0)] * (1 + len(ROLES))
    slots = [(1, 1)]
    for mine, theirs in zip(predicted.roles, gold.roles, strict=True):
        right = [[set(one) <= set(other) for other in theirs] for one in mine]
        slots.append((sum(map(any, right)), sum(map(any, zip(*right, strict=True)))))
    return slots


def _mapping(hits: list[list[tuple[int, int]]], golds: int, sizes: tuple[int, int]) -> list[int]:
    """For each predicted template its gold one or -1: of all mappings with the greatest micro F1 the first,
    where lower numbers come first and -1 last."""

    def options(row: int, used: int) -> Iterable[tuple[int, int, tuple[int, int]]]:
        for column in range(golds):
            if not used >> column & 1:
                yield column, used | 1 << column, hits[row][column]
        yield -1, used, (0, 0)

    @cache
    def reach(row: int, used: int) -> frozenset[tuple[int, int]]:
        """The sums of hits that the rows from here on can have."""
        if row == len(hits):
            return frozenset([(0, 0)])
        return frozenset(
            (one[0] + rest[0], one[1] + rest[1])
            for _, then, one in options(row, used)
            for rest in reach(row + 1, then)
        )

    def best(row: int, used: int, so_far: tuple[int, int]) -> float:
        return max(
            Tally(so_far[0] + rest[0], sizes[0], so_far[1] + rest[1], sizes[1]).f1
            for rest in reach(row, used)
        )

    goal, used, so_far = best(0, 0, (0, 0)), 0, (0, 0)
    chosen = []
    for row in range(len(hits)):
        for column, then, one in options(row, used):
            sums = so_far[0] + one[0], so_far[1] + one[1]
            if best(row + 1, then, sums) == goal:
                chosen.append(column)
                used, so_far = then, sums
                break
    return chosen


# ── IterX CEAF-RME ─────────────────────────────────────────────────────────────────────────────────────

Triples = list[tuple[tuple[str, int, str], ...]]
"""The entities of one template; a mention is equal only under the same type and role."""
Phi = Callable[[Triples, Triples], tuple[int, int]]


def ceaf_rme(gold: Sequence[Template], predicted: Sequence[Template]) -> dict[str, Tally]:
    """Counts of `phi_subset`, `phi3_head` and `phi3_entity_den` for one document."""
    copies = _split(gold) if predicted else [[each] for each in gold]
    answers = [_triples(each) for each in predicted if any(each.roles)]
    split = [[_triples(copy) for copy in each] for each in copies]
    entities = sum(map(len, answers)), sum(len(each[0]) for each in split)
    mentions = (
        sum(len(entity) for each in answers for entity in each),
        sum(len(entity) for each in split for copy in each for entity in copy),
    )
    subset, reverse = _aligned(split, answers, _any_overlap)
    weight, _ = _aligned(split, answers, _phi3)
    return {
        "phi_subset": Tally(subset, entities[0], reverse, entities[1]),
        "phi3_head": Tally(weight, mentions[0], weight, mentions[1]),
        "phi3_entity_den": Tally(weight, entities[0], weight, entities[1]),
    }


def _split(gold: Sequence[Template]) -> list[list[Template]]:
    """One copy for each label of a template such as ``attack / bombing`` that has any mention."""
    return [
        [each._replace(type=label.strip()) for label in each.type.split("/")]
        if any(entity for role in each.roles for entity in role)
        else [each]
        for each in gold
    ]


def _triples(each: Template) -> Triples:
    return [
        tuple((each.type, n, mention) for mention in entity)
        for n, role in enumerate(each.roles)
        for entity in role
    ]


def _aligned(split: list[list[Triples]], answers: list[Triples], phi: Phi) -> tuple[int, int]:
    """Sums of phi and of its reverse over the alignment of greatest phi."""
    rows = []
    for copies in split:
        scored = [[phi(copy, answer) for answer in answers] for copy in copies]
        sums = [sum(forward for forward, _ in row) for row in scored]
        kept = sums.index(max(sums))
        rows += [row if n == kept else [(0, 0)] * len(row) for n, row in enumerate(scored)]
    pairs = assign([[forward for forward, _ in row] for row in rows])
    return sum(rows[i][j][0] for i, j in pairs), sum(rows[i][j][1] for i, j in pairs)


def _any_overlap(gold: Triples, predicted: Triples) -> tuple[int, int]:
    """Called subset by its authors: an entity is matched by its first mention that is in any gold entity."""
    matched = []
    for entity in predicted:
        places = (n for mention in entity for n, other in enumerate(gold) if mention in other)
        matched.append(next(places, None))
    got = [each for each in matched if each is not None]
    return len(got), len(set(got))


def _phi3(gold: Triples, predicted: Triples) -> tuple[int, int]:
    weights = [[sum(mention in other for mention in entity) for entity in predicted] for other in gold]
    phi = sum(weights[i][j] for i, j in assign(weights))
    return phi, phi


# ── Files ──────────────────────────────────────────────────────────────────────────────────────────────


def read(gold: Path, predictions: Path) -> list[Document]:
    """Documents of two JSONL files; one that has no prediction counts as having no template."""
    golds = {name: _gold_templates(raw) for name, raw in _lines(gold)}
    answers = {name: [_predicted_template(each) for each in raw] for name, raw in _lines(predictions)}
    if unknown := sorted(answers.keys() - golds.keys()):
        raise InputError(f"{predictions}: {len(unknown)} documents are not in {gold}, first {unknown[0]}")
    return [(templates, answers.get(name, [])) for name, templates in golds.items()]


def _lines(path: Path) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        try:
            document = json.loads(line)
            yield (
                document["doc_id"],
                [{**each, "roles": dict(each["roles"])} for each in document["templates"]],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}:{number}: not a document with doc_id and templates ({error!r})"
            ) from None


def _gold_templates(raw: list[dict[str, Any]]) -> list[Template]:
    """Mentions without their offsets, no entity without a mention, and no template twice."""
    seen: list[tuple[str, dict[str, list[list[str]]]]] = []
    for each in raw:
        roles = {
            role: [
                [mention["text"] for mention in entity] for entity in each["roles"].get(role, ()) if entity
            ]
            for role in ROLES
        }
        if (each[_TYPE], roles) not in seen:
            seen.append((each[_TYPE], roles))
    return [template(kind, roles) for kind, roles in seen]


def _predicted_template(raw: dict[str, Any]) -> Template:
    kind = raw.get(_TYPE)
    return template(kind if isinstance(kind, str) else "attack", raw["roles"])


def scores(documents: Iterable[Document]) -> tuple[Counts, Counts]:
    """Corpus counts of GTT, with `micro_avg` last, and of CEAF-RME."""
    documents = list(documents)
    slots = total(gtt(gold, predicted) for gold, predicted in documents)
    micro = total({"micro_avg": tally} for tally in slots.values())
    return {**slots, **micro}, total(ceaf_rme(gold, predicted) for gold, predicted in documents)
