"""Why something holds: from a triple down to asserted triples, claims, evidence and publications.

A triple may be asserted (by the background or by a claim), inferred, contested, denied by a claim, or nothing
may support it; then what comes nearest is told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from glutakg.claims import Claim, Named
from glutakg.dataset import program_query, statement_iri
from glutakg.languages import N_, translator
from glutakg.rdf import PREFIXES, BlankNode, Iri, Literal, Term, compress
from glutakg.sparql import Rows
from glutakg.text import printable

if TYPE_CHECKING:
    from glutakg.dataset import ShippedFile

__all__ = [
    "Reason",
    "Statement",
    "explain",
    "needs_reasoner",
    "read_stated",
    "supports",
    "with_justifications",
    "worth_telling",
]


Evaluate: TypeAlias = Callable[[str], Rows]
"""What answers a SELECT query given as text."""

Statement: TypeAlias = tuple[Iri, Iri, Term]
"""A triple: subject, predicate, object."""

_GKG, _GK, _GKD = PREFIXES["gkg"], PREFIXES["gk"], PREFIXES["gkd"]
_CLASS = f"<{PREFIXES['owl']}Class>"
_MOST_NEAR = 5
_RECORDS = tuple(
    f"{_GKD}{kind}-"
    for kind in ("claim", "evidence", "publication", "conflict", "passage", "search", "section")
)
_LABELLED = frozenset(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("rdfs", "label"),
        ("rdfs", "comment"),
        ("skos", "prefLabel"),
        ("skos", "altLabel"),
        ("skos", "definition"),
        ("skos", "notation"),
        ("obo", "IAO_0000115"),
        ("oio", "hasExactSynonym"),
    )
)
_PROLOGUE = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("dcterms", "gk", "gkg", "rdf", "rdfs", "skos")
)
_RECORDED = """\
SELECT ?n ?graph ?claim ?polarity ?source ?label ?kind ?rule ?axiom ?of_axiom ?s ?p ?o ?term ?name WHERE {{
  {{
    VALUES (?n ?subject ?predicate ?object) {{ {rows} }}
    GRAPH ?graph {{ ?subject ?predicate ?object }}
  }}
  UNION {{
    VALUES (?n ?subject ?predicate ?object) {{ {rows} }}
    ?claim gk:subject ?subject ;
      gk:predicate ?predicate ;
      gk:object ?object ;
      gk:polarity ?polarity .
  }}
  UNION {{
    VALUES (?n ?subject ?predicate ?object) {{ {rows} }}
    ?group gk:hasMember ?subject .
    ?claim gk:subject ?group ;
      gk:predicate ?predicate ;
      gk:object ?object ;
      gk:polarity ?polarity .
    FILTER EXISTS {{ GRAPH ?holding {{ ?subject ?predicate ?object }} }}
  }}
  UNION {{
    VALUES (?n ?subject ?predicate ?object) {{ {rows} }}
    ?reading gk:ofSubject ?subject ;
      gk:ofPredicate ?predicate ;
      gk:ofObject ?object ;
      gk:readingOf ?claim .
    ?claim gk:polarity ?polarity .
  }}
  UNION {{
    VALUES (?n ?subject) {{ {subjects} }}
    ?subject dcterms:source ?source .
    ?source rdfs:label ?label .
  }}
  UNION {{
    VALUES (?n ?node) {{ {nodes} }}
    GRAPH ?deriving {{
      ?node gk:byRule ?by ;
        gk:fromAxiom ?axiom ;
        rdf:type ?kind ;
        gk:hasPremise ?premise .
    }}
    GRAPH ?telling {{
      ?premise gk:ofSubject ?s ;
        gk:ofPredicate ?p ;
        gk:ofObject ?o .
    }}
    ?by skos:prefLabel ?rule .
    FILTER(LANG(?rule) = "{lang}")
    OPTIONAL {{ GRAPH ?deriving {{ ?node gk:axiomStatedBy ?of_axiom . }} }}
  }}
  UNION {{
    VALUES ?term {{ {terms} }}
    ?term skos:prefLabel|rdfs:label ?name .
    FILTER(LANG(?name) IN ("{lang}", "en", ""))
  }}
}}
"""
_NEAR = """\
SELECT DISTINCT ?how ?s ?p ?o WHERE {{
  {{ BIND({o} AS ?s) BIND({p} AS ?p) BIND({s} AS ?o) ?s ?p ?o . BIND(1 AS ?how) }}
  UNION {{ BIND({s} AS ?s) BIND({o} AS ?o) ?s ?p ?o . BIND(2 AS ?how) }}
  UNION {{ BIND({o} AS ?s) BIND({s} AS ?o) ?s ?p ?o . BIND(3 AS ?how) }}
  UNION {{ BIND({s} AS ?s) BIND({p} AS ?p) ?s ?p ?o . BIND(4 AS ?how) }}
  UNION {{ BIND({p} AS ?p) BIND({o} AS ?o) ?s ?p ?o . BIND(5 AS ?how) }}
}}
ORDER BY ?how ?s ?p ?o
LIMIT {most}
"""


@dataclass(frozen=True, slots=True, repr=False)
class Reason:
    """Why a triple holds, or does not.

    Attributes:
        statement: the triple.
        text: the triple in words.
        kind: `asserted`, `inferred`, `hypothesis` (inferred, and only to be tested), `contested`, `denied` or
            `unsupported`.
        graphs: names of the graphs that hold it.
        rule: the rule by which it follows, where it is inferred.
        axiom: the axiom that the rule uses, in Manchester syntax.
        axiom_claims: the claims that the axiom puts into words of the ontology.
        premises: why the triples hold from which it follows.
        claims: the claims that state it; where it is denied, those that deny it.
        sources: the publications that the background gives for the subject.
        justifications: minimal sets of axioms from which a relation of classes follows.
        nearest: where nothing supports it, what comes nearest.
    """

    statement: Statement
    text: str
    kind: str
    graphs: tuple[str, ...] = ()
    rule: str | None = None
    axiom: str | None = None
    axiom_claims: tuple[Claim, ...] = ()
    premises: "tuple[Reason, ...]" = ()
    claims: tuple[Claim, ...] = ()
    sources: tuple[Named, ...] = ()
    justifications: tuple[tuple[str, ...], ...] = ()
    nearest: "tuple[Reason, ...]" = ()

    def __repr__(self) -> str:
        below = len(self.premises) + len(self.claims) + len(self.sources)
        return f"<Reason {printable(self.text)} ({self.kind}; rests on {below})>"

    def _repr_html_(self) -> str:
        from glutakg.markup import framed
        from glutakg.why.notebook import reason_html

        return framed(reason_html(self))

    def walk(self) -> "Iterator[Reason]":
        """Yield the reason and all below it, premises before what comes after them."""
        yield self
        for premise in self.premises:
            yield from premise.walk()


@dataclass
class _Record:
    """What the graph holds of one triple."""

    graphs: set[str] = field(default_factory=set)
    kind: str = ""
    rule: str | None = None
    axiom: str | None = None
    of_axiom: set[str] = field(default_factory=set)
    premises: dict[Statement, None] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    sources: dict[Named, None] = field(default_factory=dict)


def supports(reason: Reason) -> bool:
    """Return whether something supports a triple: a graph other than the contested one holds it."""
    return reason.kind in ("asserted", "inferred", "hypothesis")


def needs_reasoner(reason: Reason) -> bool:
    """Return whether only a reasoner can tell: of a class below another one that nothing states."""
    _, predicate, value = reason.statement
    is_below = predicate.value == PREFIXES["rdfs"] + "subClassOf" and isinstance(value, Iri)
    return is_below and not supports(reason)


def explain(
    evaluate: Evaluate,
    read_claims: Callable[[], Mapping[str, Claim]],
    statements: Sequence[Statement],
    *,
    lang: str = "en",
    nearest: bool = True,
) -> list[Reason]:
    """Return for each triple why it holds, or that nothing supports it, in the order given.

    Args:
        evaluate: answers a SELECT query.
        read_claims: gives all claims by IRI.
        statements: triples without blank nodes.
        lang: language of the texts, en or nl.
        nearest: whether to look for what comes nearest to a triple that nothing supports.
    """
    wanted = list(dict.fromkeys(statements))
    names = {PREFIXES["rdf"] + "type": translator(lang)(N_("is of class"))}
    records = _read(evaluate, wanted, names, lang)
    near: dict[Statement, list[Statement]] = {}
    for statement in wanted:
        if nearest and not (records[statement].graphs - {"contested"}):
            near[statement] = _near(evaluate, statement)
    fresh = list(dict.fromkeys(each for found in near.values() for each in found if each not in records))
    if fresh:
        records |= _read(evaluate, fresh, names, lang)
    is_claimed = any(each.stated or each.denied or each.of_axiom for each in records.values())
    told = read_claims() if is_claimed else {}
    return [_reason(statement, records, told, names, near) for statement in statements]


def with_justifications(reason: Reason, files: "Sequence[ShippedFile] | None", *, seconds: float) -> Reason:
    """Return a reason with the axioms from which a relation of classes follows, where nothing states it.

    Raises:
        ReasoningError: the reasoner cannot answer.
    """
    subject, _, value = reason.statement
    if not needs_reasoner(reason) or not isinstance(value, Iri):
        return reason
    from glutakg.owl import justifications, read_premises

    premises = read_premises(files=files)
    classes = {str(each.subject) for each in premises.triples if str(each.object) == _CLASS}
    if not {str(subject), str(value)} <= classes:
        return reason
    found = justifications(premises, subject.value, value.value, seconds=seconds)
    if not found:
        return reason
    return replace(reason, kind="inferred", nearest=(), justifications=tuple(each.axioms for each in found))


def worth_telling(
    reasons: "Callable[[Sequence[Statement], str, bool], list[Reason]]",
    stated: Mapping[str, Sequence[Statement]],
    statements: Sequence[Statement],
    lang: str,
) -> tuple[Reason, ...]:
    """Return reasons for those of the triples of a row that say something of the world.

    A triple that records a claim gives way to what the claim states. Names, and records of evidence, which
    the claims have with them, are told only where there is nothing else.
    """
    told = [each for each in statements if each[1].value not in _LABELLED]
    claims = {term.value for each in told for term in (each[0], each[2]) if _is_claim(term)}
    said = [each for claim in sorted(claims) for each in stated.get(claim, ())]
    world = [each for each in told if not each[0].value.startswith(_RECORDS)]
    for wanted in ([*said, *world], told, statements):
        found = [each for each in reasons(wanted, lang, False) if each.graphs or each.claims]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def read_stated(evaluate: Evaluate) -> dict[str, list[Statement]]:
    """Return what each claim says, affirmed or denied, by the IRI of the claim."""
    stated: dict[str, list[Statement]] = {}
    for row in _terms(evaluate(program_query("statements-of-claims").text)):
        statement = (_iri(row["s"]), _iri(row["p"]), _term(row["o"]))
        stated.setdefault(_iri(row["claim"]).value, []).append(statement)
    return stated


def _is_claim(term: Term) -> bool:
    return isinstance(term, Iri) and term.value.startswith(_GKD + "claim-")


def _reason(
    statement: Statement,
    records: Mapping[Statement, _Record],
    told: Mapping[str, Claim],
    names: Mapping[str, str],
    near: Mapping[Statement, Sequence[Statement]],
    above: frozenset[Statement] = frozenset(),
) -> Reason:
    record = records[statement]
    supported = record.graphs - {"contested"}
    is_asserted = supported - {"inferred"}
    if is_asserted:
        kind = "asserted"
    elif supported:
        kind = record.kind or "inferred"
    elif record.graphs:
        kind = "contested"
    else:
        kind = "denied" if record.denied else "unsupported"
    claims = record.denied if kind == "denied" else record.stated
    premises = () if is_asserted else sorted(record.premises, key=lambda each: _order(statement, each))
    return Reason(
        statement,
        " ".join(_name(term, names) for term in statement),
        kind,
        tuple(sorted(record.graphs)),
        None if is_asserted else record.rule,
        None if is_asserted else record.axiom,
        () if is_asserted else tuple(told[iri] for iri in sorted(record.of_axiom) if iri in told),
        tuple(
            _reason(each, records, told, names, {}, above | {statement})
            for each in premises
            if each not in above
        ),
        tuple(told[iri] for iri in sorted(claims) if iri in told),
        tuple(record.sources) if is_asserted and "background" in record.graphs else (),
        nearest=tuple(_reason(each, records, told, names, {}) for each in near.get(statement, ())),
    )


def _order(statement: Statement, premise: Statement) -> tuple[bool, str]:
    """Return by what the premises of a triple are ordered: those on its subject first."""
    return premise[0] != statement[0], " ".join(map(str, premise))


def _read(
    evaluate: Evaluate, statements: Sequence[Statement], names: dict[str, str], lang: str
) -> dict[Statement, _Record]:
    """Return what the graph holds of triples, and of all from which those follow that are inferred.

    The names of the terms in them are added to `names`.
    """
    records = {statement: _Record() for statement in statements}
    level = list(records)
    while level:
        for row in _terms(evaluate(_PROLOGUE + _recorded(level, lang))):
            if isinstance(row["name"], Literal):
                term = _iri(row["term"]).value
                if row["name"].language == lang or term not in names:
                    names[term] = row["name"].value
                continue
            record = records[level[_number(row["n"])]]
            if row["graph"] is not None:
                record.graphs.add(_iri(row["graph"]).value.removeprefix(_GKG))
            elif row["polarity"] is not None:
                is_denied = _iri(row["polarity"]).value == _GK + "Denied"
                (record.denied if is_denied else record.stated).add(_iri(row["claim"]).value)
            elif row["source"] is not None:
                label = _text(row["label"]) or ""
                record.sources[Named(_iri(row["source"]).value, label)] = None
            else:
                is_hypothesis = _iri(row["kind"]).value == _GK + "Hypothesis"
                record.kind = "hypothesis" if is_hypothesis else "inferred"
                record.rule, record.axiom = _text(row["rule"]), _text(row["axiom"])
                if row["of_axiom"] is not None:
                    record.of_axiom.add(_iri(row["of_axiom"]).value)
                record.premises[_iri(row["s"]), _iri(row["p"]), _term(row["o"])] = None
        premises = dict.fromkeys(premise for each in level for premise in records[each].premises)
        level = [premise for premise in premises if premise not in records]
        records |= {premise: _Record() for premise in level}
    return records


def _recorded(statements: Sequence[Statement], lang: str) -> str:
    """Return the query for what the graph holds of triples, which it numbers from 0."""
    numbered = list(enumerate(statements))
    iris = {term for term in chain.from_iterable(statements) if isinstance(term, Iri)}
    return _RECORDED.format(
        rows=" ".join(f"({number} {' '.join(map(str, each))})" for number, each in numbered),
        subjects=" ".join(f"({number} {each[0]})" for number, each in numbered),
        nodes=" ".join(f"({number} <{statement_iri(*each)}>)" for number, each in numbered),
        terms=" ".join(map(str, sorted(iris))),
        lang=lang,
    )


def _near(evaluate: Evaluate, statement: Statement) -> list[Statement]:
    """Return the triples that come nearest: turned round, other relations of the two, other ends."""
    subject, predicate, value = statement
    if not isinstance(value, Iri):
        return []
    query = _NEAR.format(s=subject, p=predicate, o=value, most=_MOST_NEAR * 4)
    found = [
        (_iri(row["s"]), _iri(row["p"]), _term(row["o"]))
        for row in _terms(evaluate(_PROLOGUE + query))
        if isinstance(row["s"], Iri) and isinstance(row["o"], Iri)
    ]
    return list(dict.fromkeys(each for each in found if each[1].value not in _LABELLED))[:_MOST_NEAR]


def _name(term: Term, names: Mapping[str, str]) -> str:
    if isinstance(term, Iri):
        return names.get(term.value, compress(term.value))
    return term.value


def _terms(rows: Rows) -> Iterator[Mapping[str, Term | None]]:
    """Yield the rows as RDF terms by column."""
    for row in rows.terms:
        yield dict(zip(rows.variables, row, strict=True))


def _iri(term: Term | None) -> Iri:
    assert isinstance(term, Iri)
    return term


def _term(term: Term | None) -> Term:
    assert term is not None and not isinstance(term, BlankNode)
    return term


def _text(term: Term | None) -> str | None:
    return term.value if isinstance(term, Literal) else None


def _number(term: Term | None) -> int:
    assert isinstance(term, Literal)
    return int(term.value)
