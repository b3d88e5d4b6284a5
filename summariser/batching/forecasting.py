"""What a run would take, told before anything is asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from summariser.batching.progress import dollars, tokens
from summariser.batching.reader import Reader
from summariser.batching.running import Job
from summariser.reading import read_articles
from summariser.values import Article, Usage


def forecast(job: Job, into: Path) -> Iterator[str]:
    """Reads all sources and leaves the ledger as it is: what is done there is not counted again."""
    ledger = Reader.read(into) if into.exists() else None
    if ledger:
        ledger.choose(job.configuration())
    estimate = job.estimate()
    met: set[str] = set()
    done = duplicates = unread = 0
    expected = most = Usage()
    read = read_articles(job.sources, published=job.published, allow_private=job.allow_private)
    waiting = ledger.waiting() if ledger and not job.sources else iter(())
    for article in chain((outcome for _, outcome in read), waiting):
        if not isinstance(article, Article):
            unread += article.exit_code != 0
        elif article.id in met:
            duplicates += 1
        else:
            met.add(article.id)
            if ledger and ledger.knows(article.id):
                done += 1
            else:
                expected += estimate.expected(article)
                most += estimate.at_most(article)
    yield f"{len(met) - done:,} articles to ask about; {done:,} done, {duplicates:,} duplicates, {unread:,} that cannot be read"
    yield (
        f"about {tokens(expected.prompt_tokens)} tokens in and {tokens(expected.completion_tokens)} out,"
        f" at most {tokens(most.completion_tokens)} out, without re-asks; counted as bytes / 4"
    )
    if job.price is None:
        yield f"no price is known for {job.summariser.endpoint.model} (--price)"
    else:
        yield (
            f"about {dollars(job.price.cost(expected))}, at most {dollars(job.price.cost(most))}; less where the"
            " provider keeps the fixed part of the request in store"
        )
