"""Whether an ontology is OWL 2 DL, and in which of the profiles EL, QL and RL; and what keeps it out.

What each profile allows is written down as tables: of axioms, and for each place in an axiom, of class
expressions and data ranges. Annotations are free in every profile.

Other checkers were tried on the cases of our tests in November 2026: 476 constructs in their places, and 94
faults that break OWL 2 DL. That of the OWL API, which ROBOT runs, differs from the recommendation in 11 of
them, passes 29 faults since it repairs files while it reads them, and needs Java; over the shipped premises
it counts as many violations as this one. pyowl2-profiles differs in 234 places and passes 89 faults. So the
tables here stay: who asks for a profile needs no Java, and is told the axiom.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from glutakg.errors import ValidationError
from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.owl.manchester import render
from glutakg.owl.profiles.dl import Violation, dl_violations, is_logical
from glutakg.owl.reachability import reachable
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.rdf import PREFIXES, BlankNode, Literal
from glutakg.text import printable

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["PROFILES", "PROFILE_FORMATS", "ProfileReport", "Violation", "check_profiles"]


PROFILES = ("DL", "EL", "QL", "RL")
"""OWL 2 DL and the profiles within it."""

PROFILE_FORMATS = ("table", "json")
"""The formats that `ProfileReport.render` knows."""

_OWL, _RDF, _RDFS, _XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
_THING = _OWL + "Thing"


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """How many axioms were read, and what keeps them out of each profile."""

    axioms: int
    violations: Mapping[str, tuple[Violation, ...]]
    """For each of `PROFILES` what breaks its own rules; those of DL hold for the others as well."""
    paths: "Mapping[Triple, str]" = field(default_factory=dict, repr=False)
    """The files of triples that are a user's."""

    @property
    def is_dl(self) -> bool:
        """Whether the ontology is OWL 2 DL."""
        return not self.violations["DL"]

    def is_in(self, profile: str) -> bool:
        """Return whether the ontology is in a profile, which is always within OWL 2 DL.

        Raises:
            ValidationError: there is no such profile.

        >>> check_profiles([]).is_in("EL")
        True

        """
        if profile not in PROFILES:
            message = f"There is no profile {profile!r}; choose {', '.join(PROFILES)}."
            raise ValidationError(message)
        return self.is_dl and not self.violations[profile]

    def counts(self, profile: str) -> Mapping[str, int]:
        """Return how often each rule of a profile is broken, the most frequent first."""
        found = Counter(violation.rule for violation in self.violations[profile])
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def file_of(self, violation: Violation) -> str | None:
        """Return the user's file, or files, in which something stands that breaks a rule, where known."""
        found = dict.fromkeys(self.paths[each] for each in violation.triples if each in self.paths)
        return ", ".join(found) or None

    def render(self, format: str = "table") -> str:
        """Return the report as text.

        Args:
            format: `table` (a line for each profile, then for each rule what breaks it) or `json`.

        Raises:
            ValidationError: there is no such format.

        >>> print(check_profiles([]).render(), end="")
        OWL 2 DL: yes
        OWL 2 EL: yes
        OWL 2 QL: yes
        OWL 2 RL: yes

        """
        if format not in PROFILE_FORMATS:
            message = f"There is no report format {format!r}; choose {', '.join(PROFILE_FORMATS)}."
            raise ValidationError(message)
        return _as_lines(self) if format == "table" else _as_json(self)


def check_profiles(triples: "Iterable[Triple]", paths: "Mapping[Triple, str] | None" = None) -> ProfileReport:
    """Return which OWL 2 profiles an ontology is in, and what keeps it out of the others.

    Args:
        triples: the ontology with all that it imports, such as `glutakg.owl.read_premises().triples`.
        paths: the files of triples that are a user's, which the report names.

    Raises:
        ValidationError: an expression is nested deeper than 100 times or has more than 10000 parts.

    >>> from glutakg.dataset import parse_triples
    >>> text = '''
    ... @prefix gk: <https://w3id.org/glutakg/ontology/> .
    ... @prefix owl: <http://www.w3.org/2002/07/owl#> .
    ... gk:excites a owl:ObjectProperty, owl:AsymmetricProperty .
    ... '''
    >>> report = check_profiles(parse_triples(text, "a.ttl"))
    >>> report.is_dl, report.is_in("RL"), [str(violation) for violation in report.violations["EL"]]
    (True, True, ['ObjectProperty: gk:excites Characteristics: Asymmetric'])

    """
    read = parse_axioms(triples, paths)
    axioms = tuple(dict.fromkeys(read.axioms))
    found = {"DL": _ordered(dl_violations(read, axioms))}
    for profile, grammar in _GRAMMARS.items():
        found[profile] = _ordered(_profile_violations(profile, grammar, axioms))
    return ProfileReport(len(axioms), MappingProxyType(found), paths or {})


def _ordered(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    return tuple(sorted(dict.fromkeys(violations), key=lambda one: (one.rule, str(one), one.term)))


# ---- the profiles ----

_Places: TypeAlias = Mapping[str, "Mapping[str, str]"]


@dataclass(frozen=True, slots=True)
class _Grammar:
    """What a profile allows."""

    no_axioms: Set[str]
    places: _Places
    """For each place the constructs that may stand there, each with the place of what stands in it."""
    names: Mapping[str, str]
    """How a place is called in a rule, where that is not its name."""
    no_datatypes: Set[str]
    inverses: bool = True
    chains: bool = True
    anonymous: bool = True
    top_properties: bool = True


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _allow(text: str, place: str = "") -> dict[str, str]:
    """Return the constructs of a text, each with the place of what stands in it."""
    return dict.fromkeys(text.split(), place)


_NOT_EL_OR_QL = frozenset(
    _XSD + name
    for name in (
        "nonPositiveInteger", "positiveInteger", "negativeInteger", "long", "int", "short", "byte",
        "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "float", "double",
        "language", "boolean",
    )
)  # fmt: skip
_TOP_PROPERTIES = frozenset(
    _OWL + name
    for name in ("topObjectProperty", "bottomObjectProperty", "topDataProperty", "bottomDataProperty")
)
_NOT_RL = frozenset(_OWL + name for name in ("real", "rational"))

_EL_CLASSES = {
    **_allow("Class owl:Thing ObjectOneOf-of-one ObjectHasValue ObjectHasSelf DataHasValue"),
    **_allow("ObjectIntersectionOf ObjectSomeValuesFrom", "class expression"),
    **_allow("DataSomeValuesFrom", "data range"),
}
_QL_SUBCLASSES = {
    **_allow("Class owl:Thing"),
    **_allow("ObjectSomeValuesFrom", "owl:Thing"),
    **_allow("DataSomeValuesFrom", "data range"),
}
_RL_SUBCLASSES = {
    **_allow("Class ObjectOneOf-of-one ObjectOneOf ObjectHasValue DataHasValue"),
    **_allow("ObjectIntersectionOf ObjectUnionOf", "subclass"),
    **_allow("ObjectSomeValuesFrom", "subclass or owl:Thing"),
    **_allow("DataSomeValuesFrom", "data range"),
}
_RL_SUPERCLASSES = {
    **_allow("Class ObjectHasValue DataHasValue"),
    **_allow("ObjectIntersectionOf ObjectAllValuesFrom", "superclass"),
    **_allow("ObjectComplementOf", "subclass"),
    **_allow("ObjectMaxCardinality-of-0-or-1", "subclass or owl:Thing"),
    **_allow("DataAllValuesFrom DataMaxCardinality-of-0-or-1", "data range"),
}
_DATA_RANGES = {**_allow("Datatype"), **_allow("DataIntersectionOf", "data range")}

_CLASS_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "SubClassOf": ("subclass", "superclass"),
    "EquivalentClasses": ("equivalent class",),
    "DisjointClasses": ("subclass",),
    "ObjectPropertyDomain": ("", "superclass"),
    "ObjectPropertyRange": ("", "superclass"),
    "DataPropertyDomain": ("", "superclass"),
    "DataPropertyRange": ("", "data range"),
    "DatatypeDefinition": ("", "data range"),
    "ClassAssertion": ("type", ""),
    "HasKey": ("subclass", ""),
}
"""The place of each argument of an axiom; the last one holds for all that follow."""

_GRAMMARS: Mapping[str, _Grammar] = {
    "EL": _Grammar(
        no_axioms=_names(
            "DisjointUnion DisjointObjectProperties DisjointDataProperties InverseObjectProperties "
            "FunctionalObjectProperty InverseFunctionalObjectProperty IrreflexiveObjectProperty "
            "SymmetricObjectProperty AsymmetricObjectProperty"
        ),
        places={
            **dict.fromkeys(
                ("class expression", "subclass", "superclass", "equivalent class", "type"), _EL_CLASSES
            ),
            "data range": {**_DATA_RANGES, **_allow("DataOneOf-of-one")},
        },
        names=dict.fromkeys(("subclass", "superclass", "equivalent class", "type"), "class expression"),
        no_datatypes=_NOT_EL_OR_QL,
        inverses=False,
        anonymous=False,
    ),
    "QL": _Grammar(
        no_axioms=_names(
            "DisjointUnion HasKey FunctionalObjectProperty InverseFunctionalObjectProperty "
            "TransitiveObjectProperty FunctionalDataProperty SameIndividual NegativeObjectPropertyAssertion "
            "NegativeDataPropertyAssertion"
        ),
        places={
            "subclass": _QL_SUBCLASSES,
            "equivalent class": _QL_SUBCLASSES,
            "superclass": {
                **_allow("Class owl:Thing"),
                **_allow("ObjectIntersectionOf", "superclass"),
                **_allow("ObjectComplementOf", "subclass"),
                **_allow("ObjectSomeValuesFrom", "named class"),
                **_allow("DataSomeValuesFrom", "data range"),
            },
            "type": _allow("Class owl:Thing"),
            "named class": _allow("Class owl:Thing"),
            "owl:Thing": _allow("owl:Thing"),
            "data range": _DATA_RANGES,
        },
        names={
            "equivalent class": "subclass",
            "type": "type of an individual",
            "owl:Thing": "filler in a subclass",
            "named class": "filler in a superclass",
        },
        no_datatypes=_NOT_EL_OR_QL,
        chains=False,
        anonymous=False,
    ),
    "RL": _Grammar(
        no_axioms=_names("DisjointUnion ReflexiveObjectProperty"),
        places={
            "subclass": _RL_SUBCLASSES,
            "subclass or owl:Thing": {**_RL_SUBCLASSES, **_allow("owl:Thing")},
            "superclass": _RL_SUPERCLASSES,
            "type": _RL_SUPERCLASSES,
            "equivalent class": {
                **_allow("Class ObjectHasValue DataHasValue"),
                **_allow("ObjectIntersectionOf", "equivalent class"),
            },
            "data range": _DATA_RANGES,
        },
        names={"type": "superclass", "subclass or owl:Thing": "filler in a subclass"},
        no_datatypes=_NOT_RL,
        top_properties=False,
    ),
}


def _construct(expression: Argument) -> str:
    """Return the name by which the tables know an expression."""
    if isinstance(expression, Entity):
        return "owl:Thing" if expression.iri == _THING else expression.kind
    assert isinstance(expression, Expression)
    name, arguments = expression.name, expression.arguments
    if name in ("ObjectOneOf", "DataOneOf") and len(arguments) == 1:
        return f"{name}-of-one"
    if name.endswith("MaxCardinality") and arguments[0] in (0, 1):
        return f"{name}-of-0-or-1"
    return name


def _operands(expression: Argument) -> Iterator[Argument]:
    """Yield the class expressions or data ranges directly inside an expression."""
    if isinstance(expression, Expression) and not expression.name.endswith(
        ("OneOf", "HasValue", "DatatypeRestriction")
    ):
        for argument in expression.arguments:
            if isinstance(argument, Entity) and argument.kind not in ("Class", "Datatype"):
                continue
            if isinstance(argument, Entity) or (
                isinstance(argument, Expression) and argument.name != "ObjectInverseOf"
            ):
                yield argument


def _profile_violations(profile: str, grammar: _Grammar, axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield what breaks the rules of a profile."""
    for axiom in axioms:
        if axiom.name in grammar.no_axioms:
            yield Violation(f"OWL 2 {profile} has no {axiom.name} axioms", render(axiom.arguments[0]), axiom)
        elif is_logical(axiom):
            yield from _axiom_violations(profile, grammar, axiom)
    if profile == "EL":
        yield from _range_violations(axioms)


def _axiom_violations(profile: str, grammar: _Grammar, axiom: Axiom) -> Iterator[Violation]:
    places = _CLASS_ARGUMENTS.get(axiom.name, ("",))
    for number, argument in enumerate(axiom.arguments):
        place = places[min(number, len(places) - 1)]
        if place:
            for rule, expression in _misplaced(profile, grammar, argument, place):
                yield Violation(rule, render(expression), axiom)
    for argument in walk(axiom.arguments):
        rule = _unsupported(profile, grammar, argument)
        if rule:
            yield Violation(rule, render(argument), axiom)


def _misplaced(
    profile: str, grammar: _Grammar, expression: Argument, place: str
) -> Iterator[tuple[str, Argument]]:
    """Yield the rule that an expression breaks at its place, or those that the expressions in it break."""
    allowed = grammar.places[place]
    construct = _construct(expression)
    if construct not in allowed:
        name = construct.replace("-", " ")
        yield f"OWL 2 {profile} allows no {name} as {grammar.names.get(place, place)}", expression
        return
    for operand in _operands(expression):
        yield from _misplaced(profile, grammar, operand, allowed[construct])


def _unsupported(profile: str, grammar: _Grammar, argument: Argument) -> str:
    """Return the rule that a part of an axiom breaks wherever it stands, or nothing."""
    if isinstance(argument, Expression) and argument.name == "ObjectInverseOf" and not grammar.inverses:
        return f"OWL 2 {profile} has no inverse properties"
    if isinstance(argument, Expression) and argument.name == "ObjectPropertyChain" and not grammar.chains:
        return f"OWL 2 {profile} has no property chains"
    if isinstance(argument, BlankNode) and not grammar.anonymous:
        return f"OWL 2 {profile} has no anonymous individuals"
    datatype = ""
    if isinstance(argument, Literal):
        datatype = argument.datatype or _XSD + "string"
    elif isinstance(argument, Entity) and argument.kind == "Datatype":
        datatype = argument.iri
    elif isinstance(argument, Entity) and argument.iri in _TOP_PROPERTIES and not grammar.top_properties:
        return f"OWL 2 {profile} has no top and bottom properties"
    if datatype in grammar.no_datatypes:
        return f"OWL 2 {profile} does not have this datatype"
    return ""


def _range_violations(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield the chains whose last property lacks a range of the property that they imply (EL only)."""
    above: defaultdict[Argument, set[Argument]] = defaultdict(set)
    ranges: defaultdict[Argument, set[Argument]] = defaultdict(set)
    for axiom in axioms:
        if axiom.name == "SubObjectPropertyOf" and isinstance(axiom.arguments[0], Entity):
            above[axiom.arguments[0]].add(axiom.arguments[1])
        elif axiom.name == "EquivalentObjectProperties":
            for one in axiom.arguments:
                above[one].update(axiom.arguments)
        elif axiom.name == "ObjectPropertyRange":
            ranges[axiom.arguments[0]].add(axiom.arguments[1])

    def imposed(prop: Argument) -> set[Argument]:
        return {kind for one in reachable(prop, above) for kind in ranges[one]}

    for axiom in axioms:
        chain = axiom.arguments[0]
        if isinstance(chain, Expression) and chain.name == "ObjectPropertyChain":
            for kind in imposed(axiom.arguments[1]) - imposed(chain.arguments[-1]):
                rule = "OWL 2 EL wants the ranges of an implied property on the last one of its chain"
                yield Violation(rule, render(kind), axiom)


# ---- reports ----


def _as_lines(report: ProfileReport) -> str:
    lines = []
    for profile in PROFILES:
        own = len(report.violations[profile])
        answer = "yes" if report.is_in(profile) else "no"
        number = (
            f" ({own} violation{'s' * (own != 1)})" if own else "" if report.is_in(profile) else " (not DL)"
        )
        lines.append(f"OWL 2 {profile}: {answer}{number}")
    for profile in PROFILES:
        for rule, count in report.counts(profile).items():
            lines += ["", f"{profile}: {rule} ({count})"]
            lines += [f"  {_line(report, one)}" for one in report.violations[profile] if one.rule == rule]
    return "\n".join(lines) + "\n"


def _line(report: ProfileReport, violation: Violation) -> str:
    text, file = str(violation), report.file_of(violation)
    text = text if violation.term in text else f"{text} [{printable(violation.term)}]"
    return f"{text} ({printable(file)})" if file else text


def _as_json(report: ProfileReport) -> str:
    found: dict[str, object] = {"axioms": report.axioms}
    for profile in PROFILES:
        found[profile] = {
            "inProfile": report.is_in(profile),
            "rules": [
                {
                    "rule": rule,
                    "count": number,
                    "violations": [
                        {
                            "term": one.term,
                            "axiom": one.axiom.manchester() if one.axiom else None,
                            "file": report.file_of(one),
                        }
                        for one in report.violations[profile]
                        if one.rule == rule
                    ],
                }
                for rule, number in report.counts(profile).items()
            ],
        }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
