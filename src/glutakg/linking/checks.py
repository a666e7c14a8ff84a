"""Our identifiers of others beside the whole ontologies that were imported: what is wrong with them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from glutakg.dataset import Import, shipped_root
from glutakg.linking.ours import Ours
from glutakg.linking.owners import Facts
from glutakg.linking.tables import SUBCLASS, read_tables
from glutakg.linking.uses import Declaration, Use, declarations, prefix_of, read_uses
from glutakg.rdf import (
    PREFIXES,
    compress,
    expand,
    identifier_prefixes,
    iri_of_identifier,
    resource_of_prefix,
)
from glutakg.store import Engine

__all__ = ["Change", "Checked", "Finding", "check_links"]


EXACT, CLOSE, RELATED = "skos:exactMatch", "skos:closeMatch", "skos:relatedMatch"
_BROAD, _PREDICATE = "skos:broadMatch", "predicate_id"
_OF_OBO = re.compile(re.escape(PREFIXES["obo"]) + "([a-z0-9_]+)[/.]")
_OF_ONE_KIND = frozenset({EXACT, CLOSE, _BROAD, "skos:narrowMatch"})


@dataclass(frozen=True, slots=True)
class Change:
    """What mends a finding in a file that people write.

    Attributes:
        path: the file.
        line: of a table of mappings.
        old: the IRI to replace, in the whole of a text of Turtle or SPARQL.
        new: the IRI in its place.
        cells: the new cells of a row of a table of mappings, by column.
    """

    path: Path
    line: int
    old: str = ""
    new: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong with an identifier, or something that looks so and is known.

    Attributes:
        identifier: as a CURIE.
        place: the file and line that it stands in.
        kind: of fault: `missing`, `obsolete`, `label`, `kind`, `parent`, `predicate`, `duplicate`, `form`,
            `prefix`, `owners` or `axiom`.
        problem: what is wrong.
        repair: what to do; of something known, why it stays.
        known: whether it was decided to leave it so, which is no fault.
        change: what `glutakg link check --fix` writes, where it can mend this.
    """

    identifier: str
    place: str
    kind: str
    problem: str
    repair: str
    known: bool = False
    change: Change | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has found, and what it looked at.

    Attributes:
        findings: in the order of identifiers.
        checked: how many identifiers were looked up, by the name of the import.
        unchecked: how many no import speaks of, by prefix.
        undecided: how many edges of slices may be the owner's by reasoning alone, by the name of the import.
        versions: of the imports that were looked at, by name.
        impossible: classes that an import places below two that it calls disjoint itself, by its name; of
            these nothing is told that follows from that.
    """

    findings: tuple[Finding, ...]
    checked: Mapping[str, int]
    unchecked: Mapping[str, int]
    undecided: Mapping[str, int]
    versions: Mapping[str, str]
    impossible: Mapping[str, tuple[str, ...]]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that somebody should mend."""
        return tuple(each for each in self.findings if not each.known)


def check_links(engine: Engine, imports: Iterable[Import]) -> Checked:
    """Return what is wrong with the identifiers of others in data, mappings, queries and slices.

    Of each identifier is told whether it has the form that the project writes. The import that is named
    after its prefix is taken for its owner's, unless its IRI is of another ontology, and tells whether the
    term exists; it, or without it each import that has the term, tells whether it is obsolete, whether its
    label and its kind (role, process, material entity) are ours, and whether a match claims too much. The
    owner is asked besides whether it places terms as our slices do; where imports disagree among themselves,
    that is told. Axioms and types of ours are held against the classes that owners call disjoint.

    Args:
        engine: the store that has the imports.
        imports: those to look at.

    Raises:
        SourceError: a table cannot be read.
        StoreError: the store cannot be opened.
    """
    return _Check(engine, imports).run()


def _is_of_another(ontology: Import) -> bool:
    """Return whether an import is by its IRI a part of an ontology of another name, such as a module."""
    found = _OF_OBO.match(ontology.ontology)
    return found is not None and found[1] != ontology.name


class _Check:
    """One run over all identifiers."""

    def __init__(self, engine: Engine, imports: Iterable[Import]) -> None:
        self._folder = shipped_root() / "ontology" / "imports"
        self._tables = read_tables(self._folder)
        self._ours = Ours(engine, self._tables)
        sources = {expand(term.curie): term.provenance for term in self._tables.terms.values()}
        held = tuple(imports)
        self._facts = {each.name: Facts(engine, each, sources) for each in held}
        self._owners = {each.name: self._facts[each.name] for each in held if not _is_of_another(each)}
        self._left_out = {(each.child, each.parent): each.reason for each in self._tables.left_out}
        self._findings: set[Finding] = set()
        self._checked: dict[str, set[str]] = {}
        self._unchecked: dict[str, set[str]] = {}
        self._undecided: Counter[str] = Counter()
        self._impossible: dict[str, set[str]] = {}

    def run(self) -> Checked:
        uses = read_uses(self._tables)
        named = {_canonical(use.iri) for use in uses} | {expand(term) for term in self._tables.terms}
        for facts in self._facts.values():
            facts.load(named)
        for use in uses:
            self._findings.update(self._of_form(use))
            self._look_up(use)
        self._findings.update(_of_prefixes(declarations()))
        self._findings.update(_of_duplicates([use for use in uses if use.row]))
        self._findings.update(self._of_edges())
        self._findings.update(self._of_disagreements())
        self._findings.update(self._of_axioms())
        return Checked(
            tuple(sorted(self._findings)),
            {name: len(found) for name, found in sorted(self._checked.items())},
            {prefix: len(found) for prefix, found in sorted(self._unchecked.items())},
            dict(self._undecided),
            {name: self._facts[name].release for name in sorted(self._checked)},
            {name: tuple(sorted(map(compress, found))) for name, found in sorted(self._impossible.items())},
        )

    def _authorities(self, term: str) -> list[Facts]:
        """Return the imports to ask about a term: the owner's, else all that have it."""
        owner = self._owners.get(prefix_of(term).lower())
        if owner and owner.knows(term):
            return [owner]
        others = [each for each in self._facts.values() if each.describes(term)]  # RO has terms of BFO
        return others or ([owner] if owner else [])

    def _look_up(self, use: Use) -> None:
        term = _canonical(use.iri)
        authorities = self._authorities(term)
        if not authorities:
            self._unchecked.setdefault(prefix_of(term), set()).add(term)
            self._findings.update(self._of_kind(use, term, self._ours.kinds(term), "our slice"))
        for facts in authorities:
            self._checked.setdefault(facts.name, set()).add(term)
            self._findings.update(self._of_use(use, term, facts))

    def _of_form(self, use: Use) -> Iterator[Finding]:
        if "%" in use.iri:  # of an escaped identifier many forms are one
            return
        wanted = iri_of_identifier(use.iri)
        if wanted == use.iri or (wanted is None and use.prefix not in identifier_prefixes()):
            return
        if wanted is not None:
            problem = f"the project writes it as {compress(wanted)}"
            yield self._found(use, "form", problem, f"write <{wanted}>", new=wanted)
        elif any(letter.isdigit() for letter in use.identifier):  # else a word of a vocabulary
            yield self._found(
                use, "form", f"{use.prefix} has no identifiers of this form", "look the identifier up again"
            )

    def _of_use(self, use: Use, term: str, facts: Facts) -> Iterator[Finding]:
        if not facts.knows(term):
            yield self._found(
                use, "missing", f"{facts.name} has no such term", "look for the term that is meant"
            )
        elif facts.is_obsolete(term):
            new = facts.replacement(term)
            if new is None:
                repair = "its owner names no term in its place; choose one"
                yield self._found(use, "obsolete", "it is obsolete", repair)
            else:
                label = next(iter(facts.labels(new)), "")
                repair = f"use {compress(new)}" + (f" ({label})" if label else "")
                said = self._said(use, label, facts)
                yield self._found(use, "obsolete", "it is obsolete", repair, new=new, cells=said)
        else:
            labels = facts.labels(term)
            if use.label and labels and use.label not in labels:
                yield self._of_label(use, labels[0], facts)
            yield from self._of_meaning(use, term, facts)

    def _of_label(self, use: Use, label: str, facts: Facts) -> Finding:
        """Return a finding about a label, known where our slice has ours and theirs is of a copy.

        Copies in imports of others are of any age: an ontology that imports a module of GO may have labels
        that GO has changed since.
        """
        if facts is self._owners.get(prefix_of(use.iri).lower()):
            problem = f"its label is “{label}”, not “{use.label}”"
        else:
            problem = f"in {facts.name} its label is “{label}”, not “{use.label}”"
            of_slice = self._tables.terms.get(use.identifier)
            if of_slice is not None and of_slice.label == use.label:
                reason = f"our slice has the one of its owner; {facts.name} has a copy"
                return Finding(use.identifier, use.place, "label", problem, reason, known=True)
        repair = "correct the label, or the identifier where another term is meant"
        return self._found(use, "label", problem, repair, cells=self._said(use, label, facts))

    def _of_meaning(self, use: Use, term: str, facts: Facts) -> Iterator[Finding]:
        """Yield whether it is something of another kind, and whether a match claims too much."""
        of_another_kind = list(self._of_kind(use, term, self._ours.kinds_of(facts.above(term)), facts.name))
        yield from of_another_kind
        if of_another_kind or not use.row or not _is_of_one_kind(use):
            return
        subject = expand(use.row["subject_id"])
        if pair := self._disjoint(self._ours.above(subject), facts.above(term)):
            problem = f"ours and theirs stand below {pair}, which have nothing in common"
            yield self._found(use, "predicate", problem, f"take {RELATED}", cells={_PREDICATE: RELATED})
        elif use.row[_PREDICATE] == EXACT and (place := self._narrower_by_place(subject, term, facts)):
            problem = f"ours is in {place}, theirs anywhere"
            yield self._found(use, "predicate", problem, f"take {_BROAD}", cells={_PREDICATE: _BROAD})

    def _of_kind(self, use: Use, term: str, theirs: set[str], whose: str) -> Iterator[Finding]:
        ours = self._ours.kinds(expand(use.row["subject_id"]) if use.row else term)
        if ours and theirs and not ours & theirs and _is_of_one_kind(use):
            problem = f"to {whose} it is a {_joined(theirs)}, to us a {_joined(ours)}"
            repair = f"take {RELATED}, or the term that is meant" if use.row else "look at its parents"
            yield self._found(use, "kind", problem, repair, cells={_PREDICATE: RELATED})

    def _narrower_by_place(self, subject: str, term: str, facts: Facts) -> str | None:
        is_process = self._ours.kinds_of(facts.above(term)) == {"process"}
        place = self._ours.place(subject)
        return compress(place) if is_process and place and not facts.has_place(term) else None

    def _disjoint(self, ours: frozenset[str], theirs: frozenset[str]) -> str | None:
        """Return two of these classes that an import calls disjoint, and that are not theirs both."""
        classes = ours | theirs
        for facts in self._facts.values():
            for one, other in sorted(facts.disjoint):
                if one in classes and other in classes and not (one in theirs and other in theirs):
                    return f"{compress(one)} and {compress(other)} ({facts.name})"
        return None

    def _of_edges(self) -> Iterator[Finding]:
        """Yield where owner and slice disagree on a parent."""
        for number, edge in enumerate(self._tables.edges, start=2):
            prefix = edge.child.partition(":")[0]
            facts = self._owners.get(prefix.lower())
            if edge.relation != SUBCLASS or facts is None or edge.parent.partition(":")[0] != prefix:
                continue
            child, parent = expand(edge.child), expand(edge.parent)
            if not facts.knows(child) or facts.is_obsolete(child) or parent in facts.above(child):
                continue
            if facts.is_defined(parent):
                self._undecided[facts.name] += 1
                continue
            problem = f"its owner does not place it below {edge.parent}"
            place = f"edges.tsv:{number}"
            yield Finding(edge.child, place, "parent", problem, "take the edge out of the table")
        for child in self._tables.terms:
            facts = self._owners.get(child.partition(":")[0].lower())
            for parent in self._not_ours(child, facts) if facts else ():
                problem = f"its owner places it below {parent}, our slice does not"
                yield self._missing_edge(child, parent, "parent", problem)

    def _not_ours(self, child: str, facts: Facts) -> list[str]:
        """Return the direct parents in an import, of the terms that we have, that our slices do not give."""
        term = expand(child)
        parents = {compress(each) for each in facts.parents(term)} & self._tables.terms.keys()
        return sorted(each for each in parents if expand(each) not in self._ours.above(term))

    def _of_disagreements(self) -> Iterator[Finding]:
        """Yield where an import places a term as another import, which has both terms, does not."""
        for child in self._tables.terms:
            term = expand(child)
            having = [each for each in self._facts.values() if each.describes(term)]
            for facts in having:
                for iri in sorted(set(facts.parents(term)) & self._ours.terms):
                    against = [
                        each.name
                        for each in having
                        if each.describes(iri) and iri not in each.above(term) and not each.is_obsolete(term)
                    ]
                    if against:
                        parent = compress(iri)
                        problem = f"{facts.name} places it below {parent}, {', '.join(against)} does not"
                        yield self._missing_edge(child, parent, "owners", problem)

    def _missing_edge(self, child: str, parent: str, kind: str, problem: str) -> Finding:
        """Return a finding about an edge that somebody states, known where the tables decide it."""
        if (child, parent) in self._left_out:
            reason = f"left out: {self._left_out[child, parent]}"
            return Finding(child, "left_out.tsv", kind, problem, reason, known=True)
        if expand(parent) in self._ours.above(expand(child)):
            return Finding(child, "edges.tsv", kind, problem, "our slice has it", known=True)
        repair = "add a row to edges.tsv, or to left_out.tsv with the reason"
        return Finding(child, "edges.tsv", kind, problem, repair)

    def _of_axioms(self) -> Iterator[Finding]:
        """Yield axioms and types of ours that put a thing below what an owner calls disjoint."""
        for facts in self._facts.values():
            if not facts.disjoint:
                continue
            members = {each for pair in facts.disjoint for each in pair}
            for subject in self._ours.subjects:
                above = self._ours.above(subject)
                theirs = [facts.above(each) for each in above & self._ours.terms]
                within = above.union(*theirs) & members
                pairs = {(a, b) for a in within for b in within if (a, b) in facts.disjoint}
                if pair := min(pairs - self._theirs_alone(pairs, above, facts), default=None):
                    one, other = map(compress, pair)
                    problem = f"it stands below {one} and {other}, which {facts.name} calls disjoint"
                    repair = "take back the axiom or type of ours that leads there"
                    yield Finding(compress(subject), "ontology and data", "axiom", problem, repair)
            for one, other in sorted(self._ours.disjoint):
                if other in facts.above(one):
                    problem = f"we call it disjoint from {compress(other)}, {facts.name} places it below"
                    yield Finding(compress(one), "ontology", "axiom", problem, "take back the axiom of ours")

    def _theirs_alone(
        self, pairs: set[tuple[str, str]], above: frozenset[str], facts: Facts
    ) -> set[tuple[str, str]]:
        """Return the pairs that an import itself places a class below; note these classes."""
        found = set()
        for each in above & self._ours.terms if pairs else ():
            if own := {(a, b) for a, b in pairs if {a, b} <= facts.above(each)}:
                self._impossible.setdefault(facts.name, set()).add(each)
                found |= own
        return found

    def _said(self, use: Use, label: str, facts: Facts) -> dict[str, str]:
        """Return the cells of a mapping that tell a label and where it was read."""
        if not use.row or not label:
            return {}
        seen = f"Label as in {facts.name} [{facts.release}]."
        comment = re.sub(r"Label as in .*?\]\.", lambda _: seen, use.row.get("comment", ""))
        return {"object_label": label, "object_source_version": facts.release, "comment": comment}

    def _found(
        self,
        use: Use,
        kind: str,
        problem: str,
        repair: str,
        *,
        new: str = "",
        cells: Mapping[str, str] | None = None,
    ) -> Finding:
        """Return a finding at the place of a use, with the change that mends it where one does."""
        change = None
        if use.row:
            told = {**({"object_id": compress(new)} if new else {}), **(cells or {})}
            told = {name: value for name, value in told.items() if name in use.row}
            change = Change(use.path, use.line, cells=told) if told else None
        elif new and use.path.suffix != ".tsv":
            change = Change(use.path, use.line, old=use.iri, new=new)
        return Finding(use.identifier, use.place, kind, problem, repair, change=change)


def _canonical(iri: str) -> str:
    return iri_of_identifier(iri) or iri


def _is_of_one_kind(use: Use) -> bool:
    """Return whether a use says that both sides are of one kind, as all but related matches do."""
    return not use.row or (use.row[_PREDICATE] in _OF_ONE_KIND and not use.row.get("predicate_modifier"))


def _joined(kinds: Iterable[str]) -> str:
    return " and ".join(sorted(kinds))


def _of_prefixes(declared: Iterable[Declaration]) -> Iterator[Finding]:
    for each in declared:
        if of := resource_of_prefix(each.prefix, each.namespace):
            problem = f"Bioregistry has this prefix for {of}, and not for {each.namespace}"
            yield Finding(f"{each.prefix}:", each.place, "prefix", problem, "choose another prefix")


def _of_duplicates(uses: Iterable[Use]) -> Iterator[Finding]:
    """Yield matches that say a thing twice, or what others say otherwise."""
    pairs: dict[tuple[str, str], Use] = {}
    subjects: dict[str, Use] = {}
    objects: dict[tuple[str, str], Use] = {}
    for use in uses:
        row = use.row
        pair = row["subject_id"], row["object_id"]
        first = pairs.setdefault(pair, use)
        if first is not use:
            problem = f"line {first.line} matches it with {pair[0]} too"
            yield Finding(use.identifier, use.place, "duplicate", problem, "keep one of the two rows")
        if row[_PREDICATE] != EXACT or row.get("predicate_modifier"):
            continue
        same = subjects.setdefault(pair[1], use)
        if same.row["subject_id"] != pair[0]:
            problem = f"{same.row['subject_id']} and {pair[0]} both match it exactly"
            yield Finding(use.identifier, use.place, "duplicate", problem, f"take {CLOSE} for one of them")
        prefix = pair[1].partition(":")[0]
        same = objects.setdefault((pair[0], prefix), use)
        if same.row["object_id"] != pair[1]:
            problem = f"{pair[0]} matches {same.row['object_id']} exactly too"
            yield Finding(use.identifier, use.place, "duplicate", problem, f"take {CLOSE} for one of them")
