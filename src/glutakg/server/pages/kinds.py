"""What the page of a term shows by its kind: a step, steps in sequence, a publication, a disease, a place."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from glutakg.charts import Chart, Place, SequenceStep, place_map, sequence_picture, sequence_steps
from glutakg.claims import Claim, EvidenceItem
from glutakg.languages import translator
from glutakg.rdf import PREFIXES
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest
from glutakg.sparql import Row

__all__ = ["ByKind", "Value", "by_kind", "values_of"]


_GK = PREFIXES["gk"]
_STEP, _PUBLICATION, _PLACE = _GK + "Step", _GK + "Publication", _GK + "Place"
_LEFT = _GK + "LeftSide"
_OF_RECORD = ("doi", "pmid", "citationText", "authorsShort", "publicationYear", "isNamedBySource")
"""What the head of a publication tells, or its conflicts do."""


@dataclass(frozen=True, slots=True)
class Participant:
    """What takes part in a step: a protonation form, and the place where it does."""

    coefficient: int
    iri: str
    name: str
    formula: str
    charge: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step: what it uses up and what it forms, from where to where, and a map with the places."""

    left: Sequence[Participant]
    right: Sequence[Participant]
    ways: Sequence[SequenceStep]
    is_moving: bool
    symbols: Mapping[str, str]
    map: Chart | None


@dataclass(frozen=True, slots=True)
class Value:
    """A number or text of a term: the property, its name, the values, and their language, if any."""

    property: str
    name: str
    values: Sequence[str]
    language: str


@dataclass(frozen=True, slots=True)
class Study:
    """A study of which a publication tells: in which role, how it was designed, what is recorded of it."""

    iri: str
    name: str
    role: str
    designs: Sequence[tuple[str, str]]
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication: its record, its studies, and what it says on which claim."""

    record: Mapping[str, str]
    studies: Sequence[Study]
    findings: Sequence[tuple[Claim, EvidenceItem]]


@dataclass(frozen=True, slots=True)
class Line:
    """A class above a term, and how deep it lies below the root."""

    iri: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class ByKind:
    """What is shown of a term because of what it is; None, or nothing, where it is no such thing."""

    step: Step | None = None
    sequence: Chart | None = None
    steps: Sequence[SequenceStep] = ()
    publication: Publication | None = None
    classes: Sequence[Line] = ()
    place: Place | None = None
    map: Chart | None = None


def by_kind(
    reader: Reader, iri: str, kinds: Collection[str], request: PageRequest, *, title: str, has_parts: bool
) -> ByKind:
    """Return what is shown of a term by its kind.

    Args:
        reader: asks the graph.
        iri: of the term.
        kinds: IRIs of the classes it belongs to.
        request: for the page.
        title: name of the term.
        has_parts: whether something is part of it.
    """
    lang = request.lang
    if _STEP in kinds:
        return ByKind(step=_step(reader, iri, request))
    if _PUBLICATION in kinds:
        return ByKind(publication=_publication(reader, iri, lang))
    if _PLACE in kinds:
        place = next((each for each in reader.places(lang) if each.iri == iri), None)
        return ByKind(place=place, map=_map(reader, [iri], request))
    steps = sequence_steps(reader.rows("steps-of-sequence", sequence=iri, lang=lang)) if has_parts else []
    found = ByKind(classes=_classes(reader, iri, lang))
    if len({each.step for each in steps}) > 1:
        _ = translator(lang)
        heading = _("{label}: steps in order, a lane for each place", label=title)
        picture = sequence_picture(steps, heading, lang, symbols=reader.symbols(), goals=request.links)
        found = replace(found, sequence=picture, steps=steps)
    return found


def values_of(reader: Reader, iri: str, lang: str, kinds: Collection[str] = ()) -> list[Value]:
    """Return the numbers and texts of a term that its page does not tell by its kind."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in reader.rows("values-of-term", term=iri, lang=lang):
        found.setdefault((str(row["property"]), str(row["name"]), str(row["language"])), []).append(
            _shown(row, lang)
        )
    told = {_GK + name for name in _OF_RECORD} if _PUBLICATION in kinds else set[str]()
    return [Value(*key[:2], values, key[2]) for key, values in found.items() if key[0] not in told]


def _shown(row: Row, lang: str) -> str:
    """Return a value as people write it."""
    text = str(row["value"])
    if text in ("true", "True", "false", "False"):
        _ = translator(lang)
        return _("yes") if text.lower() == "true" else _("no")
    return text


def _step(reader: Reader, iri: str, request: PageRequest) -> Step:
    sides: dict[bool, list[Participant]] = {True: [], False: []}
    for row in reader.rows("equation-of-step", step=iri, lang=request.lang):
        sides[str(row["side"]) == _LEFT].append(
            Participant(
                int(str(row["coefficient"])),
                str(row["form"]),
                str(row["form_name"]),
                str(row["formula"]),
                _charge(int(str(row["charge"]))),
                None if row["place_name"] is None else str(row["place_name"]),
            )
        )
    ways = sequence_steps(reader.rows("steps-of-sequence", sequence=iri, lang=request.lang))
    places = [place[0] for way in ways for place in (way.start_place, way.goal_place)]
    named = {each.place for each in (*sides[True], *sides[False])}
    return Step(
        sides[True], sides[False], ways, len(named) > 1, reader.symbols(), _map(reader, places, request)
    )


def _charge(charge: int) -> str:
    r"""Return a charge as chemists write it.

    >>> ascii(_charge(-2)), _charge(1), _charge(0)
    ("'2\\u2212'", '+', '')
    """
    number = str(abs(charge)) if abs(charge) > 1 else ""
    return number + ("+" if charge > 0 else "\N{MINUS SIGN}" if charge else "")


def _map(reader: Reader, places: Sequence[str], request: PageRequest) -> Chart | None:
    if not places:
        return None
    return place_map(reader.places(request.lang), request.lang, goals=request.links, marked=places)


def _publication(reader: Reader, iri: str, lang: str) -> Publication:
    designs: dict[tuple[str, str, str], dict[tuple[str, str], None]] = {}
    for row in reader.rows("studies-of-publication", publication=iri, lang=lang):
        of = designs.setdefault((str(row["study"]), str(row["study_name"]), str(row["role"])), {})
        if row["design"] is not None:
            of[str(row["design"]), str(row["design_name"])] = None
    studies = [
        Study(study, name, role, list(of), values_of(reader, study, lang))
        for (study, name, role), of in designs.items()
    ]
    record = {
        str(row["property"]).removeprefix(_GK): str(row["value"])
        for row in reader.rows("values-of-term", term=iri, lang=lang)
    }
    for row in reader.rows("term-sources", term=iri):
        if row["title"] is not None:
            record["title"] = str(row["title"])
    findings = [
        (claim, item)
        for claim in reader.claims(lang).values()
        for item in claim.evidence
        if item.publication.iri == iri
    ]
    return Publication(record, studies, findings)


def _classes(reader: Reader, iri: str, lang: str) -> list[Line]:
    """Return the classes of diseases above a term as a tree: each below the deepest class over it."""
    names: dict[str, str] = {}
    parents: dict[str, set[str]] = {}
    for row in reader.rows("classes-above-term", term=iri, lang=lang):
        names[str(row["class"])] = ""
        if row["parent"] is not None:
            parents.setdefault(str(row["class"]), set()).add(str(row["parent"]))

    names |= reader.labels(names, lang)

    def depth(each: str) -> int:
        return 1 + max((depth(parent) for parent in parents.get(each, ()) if parent in names), default=-1)

    depths = {each: depth(each) for each in names}
    below: dict[str | None, list[str]] = {}
    for each in sorted(names, key=lambda each: names[each]):
        over = [parent for parent in parents.get(each, ()) if parent in names]
        deepest = max(over, key=lambda parent: (depths[parent], parent), default=None)
        below.setdefault(deepest, []).append(each)
    return list(_lines(None, below, names, 0))


def _lines(
    over: str | None, below: Mapping[str | None, Sequence[str]], names: Mapping[str, str], depth: int
) -> Iterable[Line]:
    for each in below.get(over, ()):
        yield Line(each, names[each], depth)
        yield from _lines(each, below, names, depth + 1)
