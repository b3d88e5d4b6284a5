"""The contenders of the benchmark do the work that they are measured at, and the table says what they took."""

from __future__ import annotations

import json
from datetime import date
from importlib.util import find_spec

import pytest

from eval.contenders import CONTENDERS
from eval.contest import course, table
from eval.extractions import as_extractions
from eval.serving import EXAMPLE, RECORDS, first, recorded
from summariser import Article, Grounder


@pytest.mark.parametrize("name", CONTENDERS)
def test_each_asks_about_the_whole_feed(name: str) -> None:
    if find_spec("langextract") is None and name == "langextract":
        pytest.skip("langextract is not installed: pip install -e '.[bench]'")
    with course([name]) as given:
        measured = given.run(name, in_flight=2, articles=3, warm_up=1)
    assert measured.whole_cpu > measured.cpu > 0
    assert measured.wall > 2 * 0.05
    assert measured.peak > 20


def test_the_same_answer_for_langextract_has_two_quotes_a_record_in_the_articles_order() -> None:
    article = Article.from_path(EXAMPLE, published=date(2025, 5, 9))
    answer = first(RECORDS, recorded(article.id)[0])
    grounder, ends = Grounder(article.text), [0]
    extractions = json.loads(as_extractions(answer, article.text))["extractions"]
    for number, each in enumerate(extractions):
        (kind, quote), (attributes, fields) = each.items()
        record = json.loads(answer)["events"][number // 2]
        assert (kind, attributes) == (record["type"], f"{record['type']}_attributes")
        assert fields["record"] == str(number // 2 + 1)
        assert ("summary" in fields) == (number % 2 == 0)
        found = grounder.ground(quote)
        assert found.start is not None
        assert found.end is not None
        assert found.start >= ends[-1]
        ends.append(found.end)
    assert len(extractions) == 2 * RECORDS
    time = json.loads(answer)["events"][0]["time"]
    assert extractions[0]["weapons_test_attributes"]["time"] == "; ".join(time.values())


def test_ratios_are_medians_of_the_rounds_own() -> None:
    took = {"bare": (2.0, 3.0, 4.0), "summariser": (2.0, 9.0, 8.0)}
    rows = [
        {"contender": name, "in_flight": at, "articles": 1_024, "cpu_ms": cpu, "per_second": 1_000 / cpu}
        for at in (64, 512)
        for name, rounds in took.items()
        for cpu in rounds
    ]
    lines = list(table(rows))
    assert lines[:4] == [
        "64 in flight, 1,024 articles, 8 records each, medians of 3",
        "                    CPU an article  × bare  × LangExtract    articles a second  × bare",
        "  bare AsyncOpenAI         3.00 ms    1.00              –                  333    1.00",
        "  summariser               8.00 ms    2.00              –                  125    0.50",
    ]
    assert lines[4].startswith("512 in flight")
    assert len(lines) == 8
