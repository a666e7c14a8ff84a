"""The page of a term: all that the graph holds on it, in words, with the evidence for and against claims."""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from glutakg._version import __version__
from glutakg.charts import Chart, balance_chart, balance_rows
from glutakg.claims import Claim, ConflictSides
from glutakg.dataset import program_query
from glutakg.languages import LANGUAGES, N_, translator
from glutakg.rdf import PREFIXES, compress
from glutakg.server.http.negotiation import GRAPH_TYPES
from glutakg.server.pages.citing import bibtex, data_block, defined_term
from glutakg.server.pages.html import page
from glutakg.server.pages.kinds import by_kind, values_of
from glutakg.server.pages.links import address
from glutakg.server.pages.pictures import Neighbour, picture
from glutakg.server.pages.reader import Reader, Worded
from glutakg.server.pages.request import PageRequest
from glutakg.sparql import Row

__all__ = ["term_page"]


_MOST_BALANCES = 8
_MOST_MEMBERS = 200
"""How many claims of a term have a bar in its chart."""

_FORMAT_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdfxml": "RDF/XML"}
_RDF_TYPE = PREFIXES["rdf"] + "type"
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
_GK, _GKG = PREFIXES["gk"], PREFIXES["gkg"]
_PART_OF = PREFIXES["obo"] + "BFO_0000050"
_RESTATING = frozenset({_GK + "InverseRule", _GK + "SubpropertyRule"})
"""The rules by which something follows that is said already, from the other side or more exactly."""
_LANGUAGE_NAMES = {"en": N_("English"), "nl": N_("Dutch")}
_NAMES = {
    "definition": N_("definition"),
    "synonym": N_("synonym"),
    "exact synonym": N_("exact synonym"),
    "broad synonym": N_("broad synonym"),
    "narrow synonym": N_("narrow synonym"),
    "related synonym": N_("related synonym"),
    "notation": N_("notation"),
    "comment": N_("note"),
}
_SENTENCES = frozenset({"definition", "comment"})
_TYPES = {
    "is a": N_("is a"),
    "follows to be a": N_("follows to be a"),
    "is a kind of": N_("is a kind of"),
}
_GRAPHS = {
    "background": N_("background"),
    "source": N_("claimed"),
    "contested": N_("contested"),
    "inferred": N_("inference"),
}
_MATCHES = (
    N_("exact match"), N_("close match"), N_("broad match"), N_("narrow match"), N_("related match"),
    N_("gene product of"), N_("has gene product"),
    N_("is exact match of"), N_("is close match of"), N_("is broad match of"), N_("is narrow match of"),
    N_("is related match of"), N_("is type of"), N_("protonation form"),
)  # fmt: skip
"""The relations that the catalogue query `term-mappings` names."""


def term_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the page of a term, or its triples where they are asked for.

    Raises:
        TermError: there is no such term.
    """
    iri, lang = reader.find(compress(request.parameters["iri"])), request.lang
    if request.format != "html":
        return _graph(reader, iri, request.format)
    label = reader.label(iri, lang)
    statements = _statements(reader, iri, lang)
    asserted = [each for each in statements if each.graph != "inferred"]
    inferred = [each for each in statements if each.graph == "inferred"]
    mappings = reader.rows("term-mappings", term=iri)
    members = [row for row in mappings if str(row["relation"]).startswith("is ")]
    shown = members[:_MOST_MEMBERS]
    labels = reader.labels([str(row["other"]) for row in shown], lang)
    claim, claims = reader.claims(lang).get(iri), _claims(reader, iri, lang)
    names = _names(reader, iri, lang)
    definition, types = _definition(reader, iri, lang), _types(reader, iri, lang)
    named = [(of, name) for found in types.values() for of, name, _predicate in found]
    kinds = {of for of, _name in named}
    fields = {name: value for name, value in request.parameters.items() if request.path == "/term"}
    return page(
        "term",
        request.links,
        f"{claim.identifier}: {claim.paraphrase}" if claim else label,
        path=request.path,
        fields=fields,
        iri=iri,
        names=names,
        types=types,
        claim=claim,
        said=list(reader.rows("triple-of-claim", claim=iri, lang=lang)) if claim else [],
        of_kind=by_kind(
            reader, iri, kinds, request, title=label, has_parts=any(each.is_part for each in asserted)
        ),
        is_conflict=_GK + "Conflict" in kinds,
        values=[] if claim else values_of(reader, iri, lang, kinds),
        picture=picture(_neighbours(statements)),
        relations=_by_relation(each for each in asserted if each.is_object),
        inverses=_by_relation(each for each in asserted if not each.is_object),
        has_contested=any(each.graph == "contested" for each in statements),
        hypotheses=_by_relation(each for each in inferred if each.is_hypothesis),
        inferences=_by_relation(
            each for each in inferred if not (each.is_hypothesis or each.says_nothing_new)
        ),
        restated=_by_relation(each for each in inferred if each.says_nothing_new),
        claims=claims,
        balance=_balance(reader, [claim] if claim else claims, request),
        conflicts=_conflicts(reader, iri, lang),
        sources=reader.rows("term-sources", term=iri),
        elsewhere=[row for row in mappings if not str(row["relation"]).startswith("is ")],
        members=[(row["relation"], row["other"], labels[str(row["other"])]) for row in shown],
        member_count=len(members),
        words_of_others=_words_of_others(lang, label, *(name for _of, name in named)),
        formats=[(name, _FORMAT_NAMES[name], types[0]) for name, types in GRAPH_TYPES.items()],
        triples=_triples(reader, iri),
        version=__version__,
        data_version=request.version[:12],
        definition=definition,
        description=definition or ": ".join(filter(None, (label, "; ".join(name for _of, name in named)))),
        described=data_block(defined_term(iri, label, definition, lang)),
        bibtex=bibtex(iri, label, request.version[:12]),
        here=request.address + address(request.path, **fields),
    ).encode()


def _graph(reader: Reader, iri: str, format: str) -> bytes:
    """Return the triples of a term in a format."""
    query = program_query("term-as-graph")
    return reader.graph.answer(query, parameters={"term": iri}, format=format).data


def _words_of_others(lang: str, *texts: str) -> bool:
    """Return whether a text is in another language than the page."""
    return any(isinstance(each, Worded) and each.language not in ("", lang) for each in texts)


def _names(reader: Reader, iri: str, lang: str) -> list[tuple[str, list[str], str]]:
    """Return the names and texts of a term: what each is, the texts, and their language.

    Names are given in both languages, sentences in that of the page where there are some.
    """
    _ = translator(lang)
    found: dict[tuple[str, str], dict[str, None]] = {}
    for each in LANGUAGES:
        for row in reader.rows("term-labels", term=iri, lang=each):
            found.setdefault((str(row["property"]), str(row["language"])), {})[str(row["value"])] = None
    names = []
    for each in LANGUAGES:
        if ("label", each) in found:
            title = _("name ({language})", language=_(_LANGUAGE_NAMES[each]))
            names.append((title, list(found["label", each]), each))
    for kind, name in _NAMES.items():
        languages = sorted(language for known, language in found if known == kind)
        if kind in _SENTENCES and lang in languages:
            languages = [lang]
        for each in languages:
            title = f"{_(name)} ({_(_LANGUAGE_NAMES[each])})" if each in LANGUAGES else _(name)
            names.append((title, list(found[kind, each]), each))
    return names


def _definition(reader: Reader, iri: str, lang: str) -> str | None:
    """Return the definition of a term in a language; None without one."""
    rows = reader.rows("term-labels", term=iri, lang=lang)
    return next((str(row["value"]) for row in rows if row["property"] == "definition"), None)


def _types(reader: Reader, iri: str, lang: str) -> dict[str, list[tuple[str, str, str]]]:
    """Return the types of a term by the relation to them: IRI, label, and the predicate of the triple."""
    types: dict[str, list[tuple[str, str, str]]] = {}
    rows = reader.rows("term-types", term=iri)
    labels = reader.labels([str(row["type"]) for row in rows], lang)
    for row in rows:
        relation, of = str(row["relation"]), str(row["type"])
        predicate = _SUBCLASS if relation == "is a kind of" else _RDF_TYPE
        types.setdefault(relation, []).append((of, labels[of], predicate))
    _ = translator(lang)
    return {_(name): types[relation] for relation, name in _TYPES.items() if relation in types}


class _Statement:
    """A triple of the term, as a row of `statements-of-term` holds it; `tag` says where it comes from."""

    def __init__(self, iri: str, row: Row, lang: str) -> None:
        self.relation = str(row["relation"])
        self.other = str(row["other"])
        self.label = str(row["other_label"] or compress(self.other))
        self.is_object = bool(row["is_object"])
        self.graph = str(row["graph"]).removeprefix(_GKG)
        self.tag = translator(lang)(_GRAPHS[self.graph])
        self.is_hypothesis = False
        self.says_nothing_new = False
        ends = (iri, self.other) if self.is_object else (self.other, iri)
        self.triple = (ends[0], str(row["predicate"]), ends[1])
        self.is_part = self.triple[1] == _PART_OF and not self.is_object

    def follows(self, inferences: Sequence[Row]) -> None:
        """Tell how it follows: of which kind each inference of it is, and by which rule."""
        last = inferences[-1]
        self.tag = f"{last['kind']}, {last['rule']}"
        self.is_hypothesis = any(row["class"] == _GK + "Hypothesis" for row in inferences)
        self.says_nothing_new = not self.is_hypothesis and all(row["by"] in _RESTATING for row in inferences)


def _statements(reader: Reader, iri: str, lang: str) -> list[_Statement]:
    rows = reader.rows("statements-of-term", term=iri, lang=lang)
    statements = [_Statement(iri, row, lang) for row in rows]
    if any(each.graph == "inferred" for each in statements):
        how: dict[tuple[str, str], list[Row]] = {}
        for row in reader.rows("term-inferences", term=iri, lang=lang):
            how.setdefault((str(row["relation"]), str(row["other"])), []).append(row)
        for each in statements:
            if each.graph == "inferred" and (each.relation, each.other) in how:
                each.follows(how[each.relation, each.other])
    return statements


def _neighbours(statements: Iterable[_Statement]) -> list[Neighbour]:
    """Return the ends of the relations that are asserted, each once."""
    return list(
        dict.fromkeys(
            Neighbour(each.other, each.label, each.relation, each.is_object)
            for each in statements
            if each.graph in ("background", "source")
        )
    )


def _by_relation(statements: Iterable[_Statement]) -> dict[str, list[_Statement]]:
    grouped: dict[str, list[_Statement]] = {}
    for each in statements:
        grouped.setdefault(each.relation, []).append(each)
    return grouped


def _claims(reader: Reader, iri: str, lang: str) -> list[Claim]:
    """Return the claims that speak of a term, and those on which a publication has evidence."""
    wanted = {str(row["claim"]) for row in reader.rows("term-claims", term=iri, lang=lang)}
    return [
        claim
        for claim in reader.claims(lang).values()
        if claim.identifier in wanted or any(iri in (e.iri, e.publication.iri) for e in claim.evidence)
    ]


def _balance(reader: Reader, claims: Iterable[Claim], request: PageRequest) -> Chart | None:
    """Return the balance of evidence on the most contested of the claims; None where there is no evidence."""
    rows = balance_rows(claims, reader.studies(request.lang))[:_MOST_BALANCES]
    if not rows:
        return None
    _ = translator(request.lang)
    return balance_chart(rows, request.lang, title=_("Balance of evidence"), goals=request.links)


def _conflicts(reader: Reader, iri: str, lang: str) -> list[ConflictSides]:
    """Return the conflicts that a term is itself or is in: as a member, or by a claim that is one."""
    labels = {str(row["conflict"]) for row in reader.rows("term-conflicts", term=iri, lang=lang)}
    return [
        each
        for each in reader.conflicts(lang)
        if each.conflict.iri == iri
        or each.conflict.label in labels
        or iri in {each.conflict.type.iri, *(aspect.iri for aspect in each.conflict.aspects)}
    ]


def _triples(reader: Reader, iri: str) -> list[list[tuple[str, str, str | None]]]:
    """Return the triples of a term, those of which it is the subject first, as cells of a table."""
    found = (quad.triple for quad in ox.parse(_graph(reader, iri, "nt"), format=ox.RdfFormat.N_TRIPLES))
    ranked = sorted(found, key=lambda each: (str(each.subject) != f"<{iri}>", *map(str, each)))
    return [list(map(_cell, triple)) for triple in ranked]


def _cell(term: object) -> tuple[str, str, str | None]:
    """Return a term as its kind, its text, and the language of a literal that has one."""
    if isinstance(term, ox.NamedNode):
        return "iri", term.value, None
    if isinstance(term, ox.Literal):
        return "literal", term.value, term.language
    return "other", str(term), None
