"""Whatever had an IRI in a release has it still, or says that it is obsolete and what replaces it."""

import os
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from glutakg.dataset.graphs import parse_triples
from glutakg.dataset.shipped import kept_files
from glutakg.files import read_text
from glutakg.rdf.prefixes import PREFIXES, compress, expand

LIST = Path(__file__).with_name("released.txt")
HEAD = "# The IRIs of the last release: CONTRIBUTING tells how the list is renewed."
OWN = (PREFIXES["gk"], PREFIXES["gkd"])
OBSOLETE, REPLACED_BY = expand("owl:deprecated"), expand("IAO:0100001")
LABEL, TYPE = expand("rdfs:label"), expand("rdf:type")


def defined(triples: Iterable[ox.Triple]) -> set[str]:
    """Return the IRIs of ours that are of some class, or declared."""
    return {
        triple.subject.value
        for triple in triples
        if triple.predicate.value == TYPE
        and isinstance(triple.subject, ox.NamedNode)
        and triple.subject.value.startswith(OWN)
    }


def faults(triples: Iterable[ox.Triple], released: Iterable[str]) -> set[str]:
    """Return what is wrong with IRIs that were released and with terms that are obsolete."""
    everything = list(triples)
    there = defined(everything)
    found = {f"{compress(iri)} is gone" for iri in set(released) - there}
    obsolete = {
        triple.subject
        for triple in everything
        if triple.predicate.value == OBSOLETE and str(triple.object).startswith('"true"')
    }
    replaced = {
        triple.subject: triple.object for triple in everything if triple.predicate.value == REPLACED_BY
    }
    for term in obsolete:
        name = compress(term.value)  # type: ignore[union-attr]
        labels = [
            each.object for each in everything if each.subject == term and each.predicate.value == LABEL
        ]
        if not all(isinstance(each, ox.Literal) and each.value.startswith("obsolete ") for each in labels):
            found.add(f"{name} is obsolete and its label does not begin so")
        by = replaced.get(term)
        if by is not None and (not isinstance(by, ox.NamedNode) or by in obsolete or by.value not in there):
            found.add(f"{name} is replaced by what is not there")
        if any(term in (each.predicate, each.object) for each in everything if each.subject not in obsolete):
            found.add(f"{name} is obsolete and in use")
    return found | {
        f"{compress(str(each)[1:-1])} is replaced and not obsolete" for each in {*replaced} - obsolete
    }


def shipped() -> list[ox.Triple]:
    """Return all that git keeps."""
    return [triple for file in kept_files() for triple in parse_triples(read_text(file.path), file.path)]


def test_what_was_released_is_there() -> None:
    """No IRI of a term or thing is ever taken away; a maintainer renews the list with each release."""
    triples = shipped()
    if os.environ.get("GLUTAKG_REWRITE_RELEASED"):
        text = "\n".join([HEAD, *sorted(map(compress, defined(triples)))]) + "\n"
        LIST.write_text(text, encoding="utf-8")
    head, *names = LIST.read_text(encoding="utf-8").splitlines()
    assert head == HEAD
    assert len(names) > 2000
    assert faults(triples, map(expand, names)) == set()


KEPT = "gk:New a owl:Class ; rdfs:label 'new'@en . gk:Old a owl:Class ; owl:deprecated true ; "


@pytest.mark.parametrize(
    ("turtle", "fault"),
    [
        (KEPT + "rdfs:label 'obsolete old'@en ; obo:IAO_0100001 gk:New .", None),
        (KEPT + "rdfs:label 'obsolete old'@en .", None),
        ("gk:New a owl:Class .", "gk:Old is gone"),
        (KEPT + "rdfs:label 'old'@en .", "gk:Old is obsolete and its label does not begin so"),
        (KEPT + "obo:IAO_0100001 gk:Nowhere .", "gk:Old is replaced by what is not there"),
        (KEPT + "obo:IAO_0100001 gk:Old .", "gk:Old is replaced by what is not there"),
        (KEPT + "rdfs:comment 'x' . gkd:a a gk:Old .", "gk:Old is obsolete and in use"),
        (
            "gk:Old a owl:Class ; obo:IAO_0100001 gk:New . gk:New a owl:Class .",
            "gk:Old is replaced and not obsolete",
        ),
    ],
)
def test_a_term_that_goes_leaves_a_sign(turtle: str, fault: str | None) -> None:
    """It stays, obsolete, out of use, and leads to what replaces it where there is such a thing."""
    prefixes = "".join(
        f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("gk", "gkd", "obo", "owl", "rdfs")
    )
    triples = parse_triples(prefixes + turtle, "t.ttl")
    assert faults(triples, [PREFIXES["gk"] + "Old"]) == ({fault} if fault else set())
