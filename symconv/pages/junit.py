"""Verified formulas as JUnit XML, as CI systems read it: a test case per claim."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from symconv.language.claims import Judgement, Report
from symconv.pages.claims import counts, finding, summary
from symconv.pages.quoted import clean
from symconv.words import message

INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def safe(text: str) -> str:
    """Text without the characters that XML has no place for."""
    return INVALID.sub("\ufffd", text)


def as_junit(found: Judgement | Report) -> str:
    """A test suite with a case per claim: failure where it does not hold, error where it was not understood."""
    report = found if isinstance(found, Report) else Report("formula", (found,))
    tally = counts(report)
    failures = tally["conditional"] + tally["refuted"] + tally["ambiguous"]
    numbers = {
        "tests": len(report.judgements) + len(report.skipped),
        "failures": failures,
        "errors": tally["unsupported"],
        "skipped": len(report.skipped),
    }
    shown = {key: str(n) for key, n in numbers.items()}
    suites = ElementTree.Element("testsuites", {"name": "symconv verify", **shown})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": safe(clean(report.file)), **shown})
    for judgement in report.judgements:
        published = judgement.published
        place = {"line": str(published.line)} if published.line else {}
        case = ElementTree.SubElement(
            suite, "testcase", {"classname": safe(clean(report.file)), "name": safe(clean(published.id)), **place}
        )
        verdict = judgement.verdict
        words = "; ".join(map(str, finding(judgement))) or str(verdict.how)
        if not verdict.holds:
            kind = "error" if verdict.status == "unsupported" else "failure"
            problem = ElementTree.SubElement(case, kind, type=verdict.status, message=safe(words))
            problem.text = safe("\n".join(_detail(judgement)))
        else:
            ElementTree.SubElement(case, "system-out").text = safe("\n".join(_detail(judgement)))
    for skipped in report.skipped:
        name = message("verify.line").format(line=skipped.line)
        case = ElementTree.SubElement(
            suite, "testcase", classname=safe(clean(report.file)), name=name, line=str(skipped.line)
        )
        ElementTree.SubElement(case, "skipped", message=safe(f"{clean(skipped.reason)}: {clean(skipped.formula[:200])}"))
    ElementTree.SubElement(suite, "system-out").text = safe(str(summary(report)))
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _detail(judgement: Judgement) -> list[str]:
    """The formula, how it was read, what was found."""
    lines = [judgement.published.formula, f"{judgement.verdict.status}: {judgement.verdict.how!s}"]
    lines += [message("verify.read-as").format(reading=line) for line in judgement.reading]
    lines += map(str, finding(judgement))
    if judgement.repair is not None:
        lines.append(f"{message('verify.repaired')}: {judgement.repair.formula}")
    return lines
