"""What a claim denies or states only as contested, and evidence that was looked for in vain."""

from collections.abc import Sequence

from glutakg.rdf import PREFIXES, Iri, compress
from glutakg.sparql import Triple
from glutakg.why.emptiness.explanations import Reason
from glutakg.why.emptiness.scope import Place, text_of
from glutakg.why.emptiness.search import Search

__all__ = ["denied", "searched_in_vain", "stating_claims"]

_ABOUT = PREFIXES["obo"] + "IAO_0000136"
_STANCE = PREFIXES["gk"] + "stance"
_CLAIM = """\
?glutakg_claim glutakg-gk:subject %(subject)s ; glutakg-gk:predicate %(path)s ; glutakg-gk:object %(object)s ;
  glutakg-gk:claimIdentifier ?glutakg_id ; glutakg-gk:curatorStatus ?glutakg_status .
OPTIONAL { ?glutakg_status glutakg-skos:prefLabel ?glutakg_status_en FILTER(LANG(?glutakg_status_en) = "en") }
OPTIONAL { ?glutakg_status glutakg-skos:prefLabel ?glutakg_status_nl FILTER(LANG(?glutakg_status_nl) = "nl") }
"""
_SEARCHED = """\
?glutakg_record a glutakg-gk:SearchRecord ; glutakg-obo:IAO_0000136 ?glutakg_claim ;
  glutakg-gk:soughtStance ?glutakg_stance .
FILTER NOT EXISTS {
  ?glutakg_item a glutakg-gk:EvidenceItem ; glutakg-obo:IAO_0000136 ?glutakg_claim ;
    glutakg-gk:stance ?glutakg_stance .
}
OPTIONAL { ?glutakg_record glutakg-gk:searched ?glutakg_en FILTER(LANG(?glutakg_en) = "en") }
OPTIONAL { ?glutakg_record glutakg-gk:searched ?glutakg_nl FILTER(LANG(?glutakg_nl) = "nl") }
"""
_NO_EVIDENCE = """\
FILTER NOT EXISTS { ?glutakg_any a glutakg-gk:EvidenceItem ; glutakg-obo:IAO_0000136 ?glutakg_claim . }
"""


def denied(search: Search, triple: Triple, place: Place) -> bool:
    """Report claims that deny what the triple pattern asks for."""
    return stating_claims(search, "denied", Reason.DENIED, triple, place.context, "glutakg-gk:Denied")


def stating_claims(
    search: Search, key: str, reason: Reason, triple: Triple, context: str, polarity: str
) -> bool:
    """Report the claims that say what the triple pattern asks for, with the polarity given."""
    constants = sum(node.term is not None for node in (triple.subject, triple.object))
    if (triple.path.iri is None and triple.path.iris) or constants + (triple.path.iri is not None) < 1:
        return False
    parts = {"subject": triple.subject.text, "path": triple.path.text, "object": triple.object.text}
    claims = search.probes.rows(
        "claim id status_en status_nl",
        f"{context}{_CLAIM % parts}?glutakg_claim glutakg-gk:polarity {polarity} . ",
        end="ORDER BY ?glutakg_id LIMIT 5",
    )
    if not claims:
        return False
    listed = {
        lang: ", ".join(f"{text_of(row['id'])} ({text_of(row[f'status_{lang}']) or '?'})" for row in claims)
        for lang in ("en", "nl")
    }
    terms = tuple(text_of(row["claim"]) for row in claims)
    search.add(key, reason, triple.shown, terms=terms, claims=listed)
    return True


def searched_in_vain(
    search: Search,
    siblings: tuple[Triple, ...],
    pattern: str,
    *,
    of: Triple | None = None,
    stances: Sequence[str] = (),
) -> bool:
    """Report a recorded search for evidence on the claim that an evidence pattern is about."""
    for about in siblings:
        item, claim = about.subject.text, about.object
        if about.path.iri != _ABOUT or (of and of.subject.text not in (item, claim.text)):
            continue
        said = "".join(each.text for each in siblings if each.subject.text == claim.text)
        if claim.term is None and not said:
            continue
        sought = [
            each.object.term for each in siblings if each.path.iri == _STANCE and each.subject.text == item
        ]
        wanted = [*stances, *(term.value for term in sought if isinstance(term, Iri))]
        limit = (
            f"VALUES ?glutakg_stance {{ {' '.join(f'<{iri}>' for iri in wanted)} }} "
            if wanted
            else _NO_EVIDENCE
        )
        node = claim.text if claim.term is None else str(claim.term)
        records = search.probes.rows(
            "record claim en nl",
            f"{said}BIND({node} AS ?glutakg_claim) {_SEARCHED}{limit}",
            end="ORDER BY ?glutakg_record LIMIT 3",
        )
        for row in records:
            texts = {
                "en": text_of(row["en"]) or text_of(row["nl"]),
                "nl": text_of(row["nl"]) or text_of(row["en"]),
            }
            search.add(
                "searched",
                Reason.NOT_FOUND,
                pattern,
                terms=(text_of(row["claim"]), text_of(row["record"])),
                claim=compress(text_of(row["claim"])),
                searched=texts,
            )
        if records:
            return True
    return False
