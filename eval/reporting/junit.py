"""JUnit XML, which CI systems show: one case for each article. An article that failed is an error; one that
lost score against the baseline is a failure."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..comparing import Contrast, Verdict
from ..results import Run
from ..words import percent


def render(run: Run, contrast: Contrast | None) -> str:
    losses = {change.slug: worse for change, worse in contrast.regressions} if contrast else {}
    errors = run.result.failed
    suite = Element("testsuite", name="summariser-eval")
    failures = 0
    for slug, kept in run.result.articles.items():
        case = SubElement(suite, "testcase", classname=f"fixtures.{kept.half}", name=slug)
        if kept.error:
            SubElement(case, "error", message=_plain(kept.error))
        elif slug in losses and contrast and contrast.same_recordings:
            failures += 1
            SubElement(case, "failure", message="; ".join(map(_plain, losses[slug])))
        SubElement(case, "system-out").text = f"event F1 {percent(kept.score)}"
    if contrast and not contrast.same_recordings:
        case = SubElement(suite, "testcase", classname="gate", name="new recordings")
        if contrast.verdict is not Verdict.HOLDS:
            failures += 1
            SubElement(case, "failure", message=_plain(contrast.sentence()))
    suite.attrib |= {"tests": str(len(suite)), "failures": str(failures), "errors": str(errors)}
    indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
