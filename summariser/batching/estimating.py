"""What an article will take, from its length and from what others took: for costs to come, never for those spent."""

from __future__ import annotations

from collections.abc import Callable

from summariser.values import Article, Usage

# What is assumed before anything was answered. In the shipped recordings an answer has 6 times the tokens of its
# article in the middle, and never 9 times.
_ANSWER = 6.0
_LARGEST_ANSWER = 9.0
_LEAST_ANSWER = 500


class Estimate:
    """`beside` is what goes with every request, in tokens; all tokens are counted as UTF-8 bytes / 4 until known.
    `chunks` tells how many an article is read in, and `passes` how often each is."""

    def __init__(self, beside: float, chunks: Callable[[Article], int], passes: int) -> None:
        self._beside = beside
        self._chunks = chunks
        self._passes = passes
        self._guessed = Usage()
        self._taken = Usage()
        self._largest = 0.0

    def learn(self, article: Article, usage: Usage) -> None:
        guess = self._guess(article, _ANSWER)
        self._guessed += Usage(guess.prompt_tokens, 0, guess.completion_tokens, 1)
        self._taken += usage
        self._largest = max(self._largest, usage.completion_tokens / max(1, guess.completion_tokens))

    def expected(self, article: Article) -> Usage:
        return self._scaled(article, _ratio(self._taken.completion_tokens, self._guessed.completion_tokens))

    def at_most(self, article: Article) -> Usage:
        """With an answer as large as the largest so far was for its article."""
        return self._scaled(
            article, max(self._largest, _LARGEST_ANSWER / _ANSWER if self._taken == Usage() else 0)
        )

    def _scaled(self, article: Article, answer: float) -> Usage:
        guess = self._guess(article, _ANSWER)
        asked = _ratio(self._taken.prompt_tokens, self._guessed.prompt_tokens)
        cached = self._taken.cached_tokens / self._taken.prompt_tokens if self._taken.prompt_tokens else 0.0
        prompt = guess.prompt_tokens * asked
        return Usage(round(prompt), round(prompt * cached), round(guess.completion_tokens * answer), 1)

    def _guess(self, article: Article, answer: float) -> Usage:
        tokens = len(article.text.encode()) / 4
        asked = self._passes * (self._chunks(article) * self._beside + tokens)
        return Usage(round(asked), 0, round(max(_LEAST_ANSWER, answer * tokens)))


def _ratio(taken: float, guessed: float) -> float:
    return taken / guessed if guessed and taken else 1.0
