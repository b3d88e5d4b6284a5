"""What the model reads of an article and of its own answers is to the letter."""

from __future__ import annotations

from summariser import Article
from summariser.asking.rendering import Prompts
from summariser.schemas import ConflictEvent, Evidence, Ontology
from summariser.values import Chunk, Fault
from tests.conftest import record

PASSAGE = 'У Києві сказали: “ні” <b>"так"</b> {{ 7*7 }}'
PROMPTS = Prompts(Ontology.of(ConflictEvent), passes=2)


def test_a_re_ask_shows_the_nearest_passage_as_it_stands() -> None:
    shown = PROMPTS.reask([Fault("record 1, evidence[0]", "is not in the article", PASSAGE)])
    assert PASSAGE.replace('"', '\\"') in shown


def test_a_later_pass_shows_quotes_as_they_stand() -> None:
    event = Ontology.of(ConflictEvent).types["deployment"].model_validate(record())
    event = event.model_copy(update={"evidence": (Evidence(quote=PASSAGE),)})
    message = PROMPTS.missed(Chunk.whole(Article(PASSAGE)), [event]).messages[1]["content"]
    assert PASSAGE.replace('"', '\\"') in message


def test_a_template_for_later_passes_counts_only_where_there_are_any() -> None:
    assert Prompts(Ontology.of(ConflictEvent)).fingerprint != PROMPTS.fingerprint
