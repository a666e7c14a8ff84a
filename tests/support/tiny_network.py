"""A network of a few steps, read from a graph that a test writes."""

from pathlib import Path

from glutakg.dataset import ShippedFile
from glutakg.flux import Network, read_network

TURTLE = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
gk:Reaction rdfs:subClassOf gk:Step .
gk:TransportStep rdfs:subClassOf gk:Step .
gkd:acid gk:hasMajorForm gkd:acid-form .
gkd:acid-form gk:formula "C2H4O2" ; gk:charge 0 .
gkd:gas gk:hasMajorForm gkd:gas-form .
gkd:gas-form gk:formula "C2H4O2" ; gk:charge 0 .
gkd:unknown rdfs:label "unknown" .
gkd:acid-in gk:poolOf gkd:acid ; gk:atPlace gkd:place-in .
gkd:acid-out gk:poolOf gkd:acid ; gk:atPlace gkd:place-out .
gkd:unknown-in gk:poolOf gkd:unknown ; gk:atPlace gkd:place-in .
gkd:unknown-out gk:poolOf gkd:unknown ; gk:atPlace gkd:place-out .
gkd:left gk:ofForm gkd:acid-form ; gk:coefficient 1 ; gk:onSide gk:LeftSide .
gkd:right gk:ofForm gkd:gas-form ; gk:coefficient 1 ; gk:onSide gk:RightSide .
gkd:twice gk:ofForm gkd:gas-form ; gk:coefficient 2 ; gk:onSide gk:RightSide .
"""


def network_of(folder: Path, steps: str) -> Network:
    """Return the network of a tiny graph with these steps."""
    path = folder / "facts.ttl"
    path.write_text(TURTLE + steps, encoding="utf-8")
    return read_network([ShippedFile(path, "background")])
