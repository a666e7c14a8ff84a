"""The page of a term: all that the graph tells of it, in words, with the evidence for and against claims."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import pyoxigraph as ox

from glutakg._version import __version__
from glutakg.claims import Claim, ConflictSides
from glutakg.dataset import program_query
from glutakg.graph import DESCRIPTION_SECTIONS
from glutakg.languages import LANGUAGES
from glutakg.rdf import PREFIXES, Iri, Literal, compress
from glutakg.server.http.negotiation import GRAPH_TYPES
from glutakg.server.pages.html import Html, Node, address, element, join, page
from glutakg.server.pages.links import Links
from glutakg.server.pages.parts import balance, claim_details, claim_tags, conflict_part, folded, section
from glutakg.server.pages.pictures import Neighbour, picture
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest
from glutakg.sparql import Row, Rows

__all__ = ["term_page"]


_FORMATS = {name: types[0] for name, types in GRAPH_TYPES.items()}
_FORMAT_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdfxml": "RDF/XML"}
_MOST_OPEN = 3
_MOST_TRIPLES = 1_000
_MOST_LISTED = 12
_RDF_TYPE = PREFIXES["rdf"] + "type"
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
_GKG = PREFIXES["gkg"]
_PREFERRED = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?name ?rank WHERE {
  { ?term skos:prefLabel ?name BIND(1 AS ?rank) } UNION { ?term rdfs:label ?name BIND(2 AS ?rank) }
}
ORDER BY ?rank ?name
"""
_STATEMENTS = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX gkg: <https://w3id.org/glutakg/graph/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?relation ?other ?is_object ?predicate ?other_label ?graph WHERE {
  {
    GRAPH ?graph { ?term ?predicate ?other }
    ?predicate skos:prefLabel|rdfs:label ?relation .
    BIND(true AS ?is_object)
  }
  UNION
  {
    GRAPH ?graph { ?other ?predicate ?term }
    ?predicate gk:inverseLabel ?relation .
    BIND(false AS ?is_object)
  }
  FILTER(?graph IN (gkg:background, gkg:source, gkg:contested, gkg:inferred))
  FILTER(
    LANG(?relation) IN (?lang, "")
    || (LANG(?relation) = "en" && NOT EXISTS { ?predicate skos:prefLabel ?named })
  )
  FILTER(ISIRI(?other))
  FILTER NOT EXISTS { ?other a gk:Claim }
  FILTER NOT EXISTS { ?term a gk:Claim }
  FILTER NOT EXISTS { ?predicate a owl:AnnotationProperty }
  OPTIONAL { ?other skos:prefLabel ?other_label FILTER(LANG(?other_label) = ?lang) }
}
ORDER BY ?relation ?other ?graph
"""
_WORDS = {
    "en": {
        "iri": "IRI",
        "curie": "CURIE",
        "label": "name ({})",
        "synonym": "synonym",
        "exact synonym": "exact synonym",
        "related synonym": "related synonym",
        "broad synonym": "broad synonym",
        "narrow synonym": "narrow synonym",
        "definition": "definition",
        "notation": "notation",
        "comment": "note",
        "en": "English",
        "nl": "Dutch",
        "is a": "is a",
        "follows to be a": "follows to be a",
        "is a kind of": "is a kind of",
        "background": "background",
        "source": "claimed",
        "contested": "contested",
        "inference": "inference",
        "why": "why?",
        "members": "what belongs to it",
        "no claims": "No claim speaks of this directly.",
        "all claims": "Claims that concern it by way of something else as well",
        "neighbourhood": "Neighbourhood",
        "follows": "What follows",
        "links": "Elsewhere",
        "cite": "How to cite",
        "data": "As data",
        "formats": "The same triples in other formats:",
        "triples": "All triples ({})",
        "too many": "{} of {} triples are shown; the files have all.",
        "subject": "subject",
        "predicate": "predicate",
        "object": "object",
        "cite text": "The glutakg contributors. glutakg {}, data {}. {}, {}.",
        "not registered": "The w3id.org addresses are not registered yet; until they are, this page is "
        "at {}.",
        "contested note": "Contested relations are claimed, and no facts in the eyes of the curators; "
        "the triples of the files do not hold them.",
        "exact match": "exact match",
        "close match": "close match",
        "broad match": "broad match",
        "narrow match": "narrow match",
        "related match": "related match",
        "is exact match of": "is exact match of",
        "is close match of": "is close match of",
        "is broad match of": "is broad match of",
        "is narrow match of": "is narrow match of",
        "is related match of": "is related match of",
        "is type of": "is type of",
        "protonation form": "protonation form",
    },
    "nl": {
        "iri": "IRI",
        "curie": "CURIE",
        "label": "naam ({})",
        "synonym": "synoniem",
        "exact synonym": "exact synoniem",
        "related synonym": "verwant synoniem",
        "broad synonym": "ruimer synoniem",
        "narrow synonym": "nauwer synoniem",
        "definition": "definitie",
        "notation": "notatie",
        "comment": "opmerking",
        "en": "Engels",
        "nl": "Nederlands",
        "is a": "is een",
        "follows to be a": "blijkt een",
        "is a kind of": "is een soort",
        "background": "achtergrond",
        "source": "beweerd",
        "contested": "betwist",
        "inference": "gevolgtrekking",
        "why": "waarom?",
        "members": "wat ertoe behoort",
        "no claims": "Geen bewering spreekt hier rechtstreeks over.",
        "all claims": "Ook beweringen die er langs een omweg over gaan",
        "neighbourhood": "Omgeving",
        "follows": "Wat volgt",
        "links": "Elders",
        "cite": "Hoe te citeren",
        "data": "Als gegevens",
        "formats": "Dezelfde tripels in andere formaten:",
        "triples": "Alle tripels ({})",
        "too many": "{} van {} tripels staan hier; de bestanden hebben ze alle.",
        "subject": "onderwerp",
        "predicate": "predicaat",
        "object": "object",
        "cite text": "De makers van glutakg. glutakg {}, gegevens {}. {}, {}.",
        "not registered": "De adressen van w3id.org zijn nog niet geregistreerd; "
        "tot dan staat deze pagina op {}.",
        "contested note": "Betwiste relaties zijn beweerd, en voor de curatoren geen feiten; "
        "de tripels van de bestanden bevatten ze niet.",
        "exact match": "komt exact overeen met",
        "close match": "komt nauw overeen met",
        "broad match": "valt onder",
        "narrow match": "omvat",
        "related match": "is verwant met",
        "is exact match of": "komt exact overeen met",
        "is close match of": "komt nauw overeen met",
        "is broad match of": "omvat",
        "is narrow match of": "valt onder",
        "is related match of": "is verwant met",
        "is type of": "is het type van",
        "protonation form": "protonatievorm",
    },
}
_NAMES_ORDER = (
    "definition", "synonym", "exact synonym", "broad synonym", "narrow synonym", "related synonym",
    "notation", "comment",
)  # fmt: skip


def term_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the page of a term, or its triples where they are asked for.

    Raises:
        TermError: there is no such term.
    """
    iri = reader.find(compress(request.parameters["iri"]))
    if request.format != "html":
        return _graph(reader, iri, request.format)
    links, words = request.links, _WORDS[request.lang]
    label = _label(reader, iri, request.lang)
    statements = _statements(reader, iri, request.lang)
    claims, conflicts = _claims(reader, iri, request.lang), _conflicts(reader, iri, request.lang)
    itself = reader.claims(request.lang).get(iri)
    body = [
        _names(reader, iri, links),
        _types(reader, iri, links),
        _claim_itself(itself, links) if itself else None,
        _neighbourhood(label, statements, links),
        _relations(iri, [each for each in statements if not each.is_inferred], links),
        _follows(reader, iri, [each for each in statements if each.is_inferred], links),
        None if itself else _claims_part(iri, claims, links),
        _conflicts_part(conflicts, iri, links),
        _sources(reader.rows("term-sources", term=iri), links),
        _mappings(reader.rows("term-mappings", term=iri), links),
        _citation(iri, label, request),
        _data(reader, iri, request, words),
    ]
    fields = {name: value for name, value in request.parameters.items() if request.path == "/term"}
    alternates = {media_type: _in_format(request, fields, format) for format, media_type in _FORMATS.items()}
    return page(
        label,
        body,
        lang=request.lang,
        path=request.path,
        fields=fields,
        alternates=alternates,
        root=request.root,
    ).encode()


def _in_format(request: PageRequest, fields: Mapping[str, str], format: str) -> str:
    return Links(request.lang, request.root).to(request.path, **{**fields, "format": format})


def _graph(reader: Reader, iri: str, format: str) -> bytes:
    """Return the triples of a term in a format."""
    query = program_query("term-as-graph")
    return reader.graph.answer(query, parameters={"term": iri}, format=format).data


def _label(reader: Reader, iri: str, lang: str) -> str:
    """Return the name of a term in a language, else in another one, else its CURIE."""
    rows = reader.select(_PREFERRED, {"term": Iri(iri)})
    names = [row[0] for row in rows.terms if isinstance(row[0], Literal)]
    in_language = [name for name in names if name.language == lang]
    return next((name.value for name in (*in_language, *names)), compress(iri))


# ---- names and types ----


def _names(reader: Reader, iri: str, links: Links) -> Html:
    words = _WORDS[links.lang]
    found: dict[tuple[str, str, str], None] = {}
    for lang in LANGUAGES:
        for row in reader.rows("term-labels", term=iri, lang=lang):
            found[str(row["property"]), str(row["language"]), str(row["value"])] = None
    facts: list[tuple[str, Node]] = []
    for lang in LANGUAGES:
        values = [value for kind, of, value in found if (kind, of) == ("label", lang)]
        if values:
            facts.append((words["label"].format(words[lang]), element("span", join(values, "; "), lang=lang)))
    for name in _NAMES_ORDER:
        by_language: dict[str, list[str]] = {}
        for kind, of, value in found:
            if kind == name:
                by_language.setdefault(of, []).append(value)
        for lang, values in sorted(by_language.items()):
            title = f"{words[name]} ({words[lang]})" if lang in LANGUAGES else words[name]
            facts.append((title, _in_language(values, lang)))
    facts.append((words["iri"], links.outside(iri, element("span", iri, class_="iri"))))
    if compress(iri) != iri:
        facts.append((words["curie"], element("code", compress(iri))))
    return element(
        "dl", [[element("dt", name), element("dd", value)] for name, value in facts], class_="facts"
    )


def _in_language(values: Sequence[str], lang: str) -> Html:
    return element("span", join(values, "; "), lang=lang or None)


def _types(reader: Reader, iri: str, links: Links) -> Html | None:
    words = _WORDS[links.lang]
    by_relation: dict[str, list[Node]] = {}
    for row in reader.rows("term-types", term=iri):
        relation, of = str(row["relation"]), str(row["type"])
        predicate = _SUBCLASS if relation == "is a kind of" else _RDF_TYPE
        label = _label(reader, of, links.lang) if row["label"] else compress(of)
        linked = join([links.term(of, label), links.why(iri, predicate, of, words["why"])], " ")
        by_relation.setdefault(relation, []).append(linked)
    if not by_relation:
        return None
    facts = [
        [element("dt", words[relation]), element("dd", join(found, "; "))]
        for relation, found in sorted(by_relation.items(), key=lambda item: list(words).index(item[0]))
    ]
    return section("types", _title("types", links), element("dl", facts, class_="facts"))


def _title(name: str, links: Links) -> str:
    title = DESCRIPTION_SECTIONS[name][links.lang]
    return title[0].upper() + title[1:]


# ---- relations ----


class _Statement:
    """A triple of the term, as a row of `_STATEMENTS` tells it."""

    def __init__(self, iri: str, row: Row) -> None:
        self.relation = str(row["relation"])
        self.other = str(row["other"])
        self.label = str(row["other_label"] or compress(self.other))
        self.is_object = bool(row["is_object"])
        self.graph = str(row["graph"]).removeprefix(_GKG)
        ends = (iri, self.other) if self.is_object else (self.other, iri)
        self.triple = (ends[0], str(row["predicate"]), ends[1])

    @property
    def is_inferred(self) -> bool:
        return self.graph == "inferred"


def _statements(reader: Reader, iri: str, lang: str) -> list[_Statement]:
    rows = reader.select(_STATEMENTS, {"term": Iri(iri), "lang": Literal(lang)})
    return [_Statement(iri, row) for row in rows]


def _neighbourhood(label: str, statements: Iterable[_Statement], links: Links) -> Html | None:
    neighbours = dict.fromkeys(
        Neighbour(each.other, each.label, each.relation, each.is_object)
        for each in statements
        if each.graph in ("background", "source")
    )
    drawn = picture(label, list(neighbours), links)
    return drawn and section("neighbourhood", _WORDS[links.lang]["neighbourhood"], drawn)


def _relations(iri: str, statements: Sequence[_Statement], links: Links) -> Html | None:
    if not statements:
        return None
    words = _WORDS[links.lang]
    told = _by_relation(statements, links, lambda each: words[each.graph])
    has_contested = any(each.graph == "contested" for each in statements)
    note = element("p", words["contested note"], class_="small faint") if has_contested else None
    return section("relations", _title("relations", links), told, note)


def _by_relation(statements: Iterable[_Statement], links: Links, tag: Callable[[_Statement], str]) -> Html:
    words = _WORDS[links.lang]
    grouped: dict[str, list[Html]] = {}
    for each in statements:
        kind = "tag against" if each.graph == "contested" else "tag"
        grouped.setdefault(each.relation, []).append(
            element(
                "li",
                links.term(each.other, each.label),
                " ",
                element("span", tag(each), class_=kind),
                " ",
                links.why(*each.triple, words["why"]),
            )
        )
    facts = []
    for relation, items in grouped.items():
        listed: Node = element("ul", items, class_="plain")
        if len(items) > _MOST_LISTED:
            listed = folded(f"{relation}: {len(items)}", listed)
        facts.append([element("dt", relation), element("dd", listed)])
    return element("dl", facts, class_="facts")


def _follows(reader: Reader, iri: str, statements: Sequence[_Statement], links: Links) -> Html | None:
    if not statements:
        return None
    words = _WORDS[links.lang]
    how: dict[tuple[str, str], str] = {}
    for row in reader.rows("term-inferences", term=iri, lang=links.lang):
        how[str(row["relation"]), str(row["other"])] = f"{row['kind']}, {row['rule']}"
    told = _by_relation(
        statements, links, lambda each: how.get((each.relation, each.other), words["inference"])
    )
    title = _title("inferences", links)
    return section(
        "follows", title, folded(f"{title} ({len(statements)})", told, is_open=len(statements) < 20)
    )


# ---- claims, evidence, conflicts ----


def _claims(reader: Reader, iri: str, lang: str) -> list[Claim]:
    """Return the claims that speak of a term, and those on which a publication has evidence."""
    wanted = {str(row["claim"]) for row in reader.rows("term-claims", term=iri, lang=lang)}
    return [
        claim
        for claim in reader.claims(lang).values()
        if claim.identifier in wanted or any(iri in (e.iri, e.publication.iri) for e in claim.evidence)
    ]


def _claim_itself(claim: Claim, links: Links) -> Html:
    title = f"{claim.identifier}: {claim.paraphrase}"
    return section("claims", title, element("p", claim_tags(claim, links)), claim_details(claim, links))


def _claims_part(iri: str, claims: Sequence[Claim], links: Links) -> Html:
    words = _WORDS[links.lang]
    told = [
        folded(
            join(
                [
                    element("strong", claim.identifier),
                    claim.paraphrase,
                    claim_tags(claim, links),
                    element("span", balance(claim, links), class_="small faint"),
                ],
                " ",
            ),
            element("p", links.term(claim.iri, claim.identifier)),
            claim_details(claim, links),
            is_open=len(claims) <= _MOST_OPEN,
        )
        for claim in claims
    ]
    wider = element(
        "p", element("a", words["all claims"], href=links.to("/evidence", term=compress(iri))), class_="small"
    )
    nothing = None if claims else element("p", words["no claims"], class_="faint")
    title = f"{_title('claims', links)}, {DESCRIPTION_SECTIONS['evidence'][links.lang]} ({len(claims)})"
    return section("claims", title, nothing, told, wider)


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


def _conflicts_part(conflicts: Sequence[ConflictSides], iri: str, links: Links) -> Html | None:
    if not conflicts:
        return None
    told = [
        folded(
            f"{each.conflict.identifier} {each.conflict.label} ({each.conflict.type})",
            conflict_part(each, links, 2, with_title=False),
            element("p", links.term(each.conflict.iri, each.conflict.identifier)),
            is_open=each.conflict.iri == iri or len(conflicts) <= _MOST_OPEN,
        )
        for each in conflicts
    ]
    return section("conflicts", f"{_title('conflicts', links)} ({len(conflicts)})", told)


# ---- sources, other resources, how to cite, data ----


def _sources(rows: Rows, links: Links) -> Html | None:
    if not rows:
        return None
    listed = []
    for row in rows:
        doi, pmid = (None if row[name] is None else str(row[name]) for name in ("doi", "pmid"))
        records = [links.outside(PREFIXES["doi"] + doi, f"doi:{doi}")] if doi else []
        records += [links.outside(PREFIXES["pubmed"] + pmid, f"PMID {pmid}")] if pmid else []
        told = [str(row[name]) for name in ("publication", "title", "appeared_in") if row[name] is not None]
        listed.append(element("li", join([*told, *records], ". ")))
    return section("sources", _title("sources", links), element("ul", listed))


def _mappings(rows: Rows, links: Links) -> list[Html]:
    """Return the terms elsewhere that match a term, and the things of this graph that belong to it."""
    words = _WORDS[links.lang]
    elsewhere: list[Node] = []
    here: list[Node] = []
    for row in rows:
        relation, other = str(row["relation"]), str(row["other"])
        label = None if row["label"] is None else str(row["label"])
        if relation.startswith("is "):
            here.append(element("li", words[relation], " ", links.term(other, label)))
            continue
        shown: list[Node] = [links.outside(other), [" ", label] if label else None]
        elsewhere.append(element("li", words[relation], " ", shown))
    found = []
    if elsewhere:
        found.append(section("links", words["links"], element("ul", elsewhere)))
    if here:
        title = f"{words['members'][0].upper()}{words['members'][1:]} ({len(here)})"
        listed: Node = element("ul", here)
        found.append(section("members", title, folded(title, listed) if len(here) > _MOST_LISTED else listed))
    return found


def _citation(iri: str, label: str, request: PageRequest) -> Html:
    words = _WORDS[request.lang]
    text = words["cite text"].format(__version__, request.version[:12], label, iri)
    fields = {name: value for name, value in request.parameters.items() if request.path == "/term"}
    here = request.address + address(request.path, **fields)
    return section(
        "cite",
        words["cite"],
        element("p", text, class_="citation"),
        element("p", words["not registered"].format(here), class_="small faint"),
    )


def _data(reader: Reader, iri: str, request: PageRequest, words: Mapping[str, str]) -> Html:
    fields = {name: value for name, value in request.parameters.items() if request.path == "/term"}
    files = [
        element("a", _FORMAT_NAMES[format], href=_in_format(request, fields, format), type=media_type)
        for format, media_type in _FORMATS.items()
    ]
    triples = _triples(reader, iri)
    rows = [
        element("tr", [element("td", _cell(term, request.links)) for term in triple])
        for triple in triples[:_MOST_TRIPLES]
    ]
    heads = [element("th", words[name], scope="col") for name in ("subject", "predicate", "object")]
    table = element("table", element("thead", element("tr", heads)), element("tbody", rows), class_="triples")
    note = None
    if len(triples) > _MOST_TRIPLES:
        note = element("p", words["too many"].format(_MOST_TRIPLES, len(triples)))
    title = words["triples"].format(len(triples))
    return section(
        "data",
        words["data"],
        element("p", words["formats"], " ", join(files, ", ")),
        folded(
            title, note, element("div", table, class_="scroll", tabindex="0", role="region", aria_label=title)
        ),
    )


def _triples(reader: Reader, iri: str) -> list[ox.Triple]:
    """Return the triples of a term, those of which it is the subject first."""
    found = (quad.triple for quad in ox.parse(_graph(reader, iri, "nt"), format=ox.RdfFormat.N_TRIPLES))
    return sorted(found, key=lambda each: (str(each.subject) != f"<{iri}>", *map(str, each)))


def _cell(term: object, links: Links) -> Node:
    if isinstance(term, ox.NamedNode):
        return links.term(term.value)
    if isinstance(term, ox.Literal):
        return [
            element("span", term.value, lang=term.language),
            element("span", f" @{term.language}", class_="small faint") if term.language else None,
        ]
    return element("code", str(term))
