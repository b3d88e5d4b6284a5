from __future__ import annotations

import pytest

from summariser import Article, Settings
from summariser.asking.providers import PROVIDERS, Endpoint
from summariser.batching.estimating import Estimate
from summariser.batching.prices import Price
from summariser.values import Usage


@pytest.mark.parametrize(
    ("price", "usage", "cost"),
    [
        ("1,10", Usage(1_000_000, 0, 0), 1.0),
        ("1,10", Usage(1_000_000, 400_000, 100_000), 2.0),
        ("1,0.5,10", Usage(1_000_000, 400_000, 100_000), 1.8),
        ("0,0", Usage(5, 1, 5), 0.0),
    ],
)
def test_what_an_answer_costs(price: str, usage: Usage, cost: float) -> None:
    assert Price.parsed(price).cost(usage) == pytest.approx(cost)
    assert Price.parsed(price).halved().cost(usage) == pytest.approx(cost / 2)


@pytest.mark.parametrize("model", ["gpt-5-mini", "gpt-4.1"])
def test_the_tables_know_the_usual_models_and_cached_tokens_cost_less(model: str) -> None:
    price = Price.of(Endpoint.of(Settings(model=model)))
    assert price is not None
    assert 0 < price.cached < price.prompt < price.completion


def test_what_is_unknown_has_no_price_and_ones_own_machine_costs_nothing() -> None:
    assert Price.of(Endpoint.of(Settings(model="nobody-knows-it"))) is None
    assert Price.of(Endpoint.of(Settings(model="m", base_url="http://localhost:1/v1"))) is None
    assert Price.of(Endpoint.of(Settings(model="qwen3:14b", provider="ollama"))) == Price(0, 0, 0)
    for name in PROVIDERS:
        Price.of(Endpoint.of(Settings(model="gpt-5-mini", provider=name)))


def test_estimates_follow_what_was_taken() -> None:
    article = Article("word " * 800)  # 1,000 tokens
    estimate = Estimate(4_000, lambda _: 1, 1)
    assert estimate.expected(article) == Usage(5_000, 0, 6_000, 1)
    assert estimate.at_most(article).completion_tokens == 9_000
    estimate.learn(article, Usage(10_000, 5_000, 3_000, 1))
    estimate.learn(article, Usage(10_000, 5_000, 1_000, 1))
    assert estimate.expected(article) == Usage(10_000, 5_000, 2_000, 1)
    assert estimate.at_most(article).completion_tokens == 3_000
