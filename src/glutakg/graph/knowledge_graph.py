"""The public API: `glutakg.open()` gives a `KnowledgeGraph`, and everything is asked of that."""

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from glutakg._version import __version__
from glutakg.dataset import (
    Catalogue,
    CatalogueQuery,
    ShippedFile,
    bind,
    catalogue,
    parse_file,
    plain_query,
    program_query,
    renaming,
    shipped_root,
    slices_notes,
)
from glutakg.errors import ParameterError, QueryError
from glutakg.graph.description import DESCRIPTION_SECTIONS, Description, with_passages
from glutakg.graph.rows import AnswerRows
from glutakg.graph.terms import TermIndex
from glutakg.languages import LANGUAGES, N_, either, said
from glutakg.markup import Listing, Series, framed
from glutakg.rdf import PREFIXES, Iri
from glutakg.sparql import Rewritten, Rows
from glutakg.store import Answer, Engine, open_store
from glutakg.text import printable

if TYPE_CHECKING:
    from decimal import Decimal

    import cobra
    import rdflib

    from glutakg.charts import Chart
    from glutakg.claims import Claim, ConflictSides, Decision, Evidence, SourceText
    from glutakg.dataset import Import
    from glutakg.flux import DeadEnds, Fluxes, Network
    from glutakg.linking import Checked, Suggestion
    from glutakg.owl import Conclusions, Premises
    from glutakg.shacl import Report
    from glutakg.why import Contradiction, Explanation, Reason, Statement

__all__ = ["KnowledgeGraph", "open"]


class KnowledgeGraph:
    """The knowledge graph, ready to be asked; use it in a `with` statement or `close` it.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     kg.ask("ASK { ?anything a <http://www.w3.org/2002/07/owl#Class> }")
    True
    """

    def __init__(
        self, engine: Engine, *, catalogue: Catalogue, files: Sequence[ShippedFile] | None = None
    ) -> None:
        """Ask `engine`, by the queries of `catalogue` where one is named; `open` gives the shipped ones.

        What is not asked but read, for reasoning and export, are `files`, without them the shipped ones.
        """
        self._engine = engine
        self._terms = TermIndex(engine)
        self._files = files
        self._known_claims: dict[str, Mapping[str, Claim]] = {}
        self._known_networks: dict[str, Network] = {}
        self._known_statements: Mapping[str, Sequence[Statement]] | None = None
        self.catalogue = catalogue

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process that evaluates queries; the graph cannot be asked afterwards."""
        self._engine.close()

    def __repr__(self) -> str:
        number = len(self.catalogue)
        return f'<KnowledgeGraph: {number} queries in kg.catalogue; try kg.run("protective-nutrients")>'

    def _repr_html_(self) -> str:
        from glutakg.graph.notebook import graph_html

        return framed(graph_html(self))

    def query(
        self,
        query: str | Path,
        *,
        parameters: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> "AnswerRows | bool | rdflib.Graph":
        """Return the answer to a SPARQL query: `Rows` for SELECT, bool for ASK, an `rdflib.Graph` otherwise.

        `query` is the text of the query, or the path of a file that holds it. `parameters` are the values of
        the parameters that its catalogue header declares, `timeout` is in seconds. Raises `QueryError` where
        the query is faulty or refused, `QueryTimeout` and `QueryResourceError` where it needs too much. A
        note on standard error names a graph of the query that is not there and so counts as empty.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     print(kg.query("SELECT ?n WHERE { VALUES ?n { 1 2 } } ORDER BY ?n"))
        n
        -
        1
        2
        """
        return self._python_answer(_asked(query, parameters), parameters, timeout)

    def ask(
        self,
        query: str | Path,
        *,
        parameters: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> bool:
        """Return the answer to an ASK query; raise `QueryError` for any other query, and as `query` does."""
        answer = self.query(query, parameters=parameters, timeout=timeout)
        if not isinstance(answer, bool):
            raise QueryError(N_("ask() needs an ASK query; use query() for the others."))
        return answer

    def run(
        self, name: str, /, *, timeout: float | None = None, **parameters: object
    ) -> "AnswerRows | bool | rdflib.Graph":
        """Return the answer to the catalogue query `name`; parameters that are not given keep their defaults.

        A parameter that is an IRI takes a CURIE, a full IRI, or a label in English or Dutch. Raises what
        `query` raises, and `ParameterError` for an unknown parameter or a value of the wrong type. A
        name that the query had before answers with a `FutureWarning`.
        """
        current = self.catalogue.current_name(name)
        if current != name:
            warnings.warn(renaming(name, current), FutureWarning, stacklevel=2)
        return self._python_answer(self.catalogue[current], parameters, timeout)

    def rewritten(
        self, query: str | Path | CatalogueQuery, *, parameters: Mapping[str, object] | None = None
    ) -> Rewritten:
        """Return `query` as it is evaluated, with the names of the rules that rewrote it.

        A form that the engine is known to answer wrongly is rewritten before it is evaluated, without a
        change of what it means. Raises `QueryError` where the query is faulty or refused.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     kg.rewritten("SELECT (MAX(?n) AS ?most) WHERE { VALUES ?n { 10 '9' } }").rules
        ('MIN and MAX',)
        """
        asked = query if isinstance(query, CatalogueQuery) else _asked(query, parameters)
        text, terms = bind(asked, parameters or {}, resolve=self.find_term)
        return self._engine.rewritten(text, substitutions=terms)

    def explain_empty(
        self,
        query: str | Path | CatalogueQuery,
        *,
        parameters: Mapping[str, object] | None = None,
        answer: Answer | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> "tuple[Explanation, ...]":
        """Return which patterns of a query found nothing and why; nothing where the query has an answer.

        `query` is the text of the query, the path of its file, or a query of the catalogue; `answer` saves
        asking it anew. `default_graphs` and `named_graphs` are the graphs that gave the answer, where they
        were named beside the query and not by its FROM lines. Rows tell the same by `why_empty()`. Raises
        what `query` raises.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     [found] = kg.explain_empty("ASK { <https://w3id.org/glutakg/data/taurin> ?p ?o }")
        >>> found.reason.value, found.instead[0]
        ('unknown term', 'https://w3id.org/glutakg/data/taurine')
        """
        asked = query if isinstance(query, CatalogueQuery) else _asked(query, parameters)
        if not (answer or self.answer(asked, parameters=parameters)).is_empty:
            return ()
        from glutakg.why import explain_empty

        text, values = bind(asked, parameters or {}, resolve=self.find_term)
        found = explain_empty(
            self._engine,
            text,
            values=values,
            names=self._terms.all_names,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
        return Series(found)

    @property
    def _is_elsewhere(self) -> bool:
        """Whether an endpoint is asked, which may hold other things than were imported here."""
        return self._engine.location.startswith(("http://", "https://"))

    def _python_answer(
        self, asked: CatalogueQuery, parameters: Mapping[str, object] | None, timeout: float | None
    ) -> "AnswerRows | bool | rdflib.Graph":
        answer = self.answer(asked, parameters=parameters, timeout=timeout)
        lang = "nl" if (parameters or {}).get("lang") == "nl" else LANGUAGES[0]
        slices = () if self._is_elsewhere else slices_notes(asked.ontologies, lang, is_empty=answer.is_empty)
        for note in (*answer.notes, *slices):
            _tell(note, lang)
        if answer.kind == "rows":
            explain = partial(self.explain_empty, asked, parameters=parameters, answer=answer)
            why = partial(self.why_row, asked, parameters=parameters, answer=answer)
            labels = self._terms.labels
            return AnswerRows(answer.variables, answer.rows(), explain=explain, why=why, labels=labels)
        return answer.boolean if answer.kind == "boolean" else _rdflib_graph(answer)

    def answer(
        self,
        query: CatalogueQuery,
        *,
        parameters: Mapping[str, object] | None = None,
        timeout: float | None = None,
        format: str | None = None,
    ) -> Answer:
        """Return the answer of the store to `query`, serialised in `format` where one is named."""
        text, terms = bind(query, parameters or {}, resolve=self.find_term)
        try:
            return self._engine.evaluate(text, substitutions=terms, timeout=timeout, format=format)
        except QueryError as error:
            if query.path is None or error.line is None:
                raise
            raise QueryError(
                N_("{path}: {error}", path=str(query.path), error=error.message),
                line=error.line,
                column=error.column,
            ) from None

    def describe(self, term: str, *, lang: str = "en", source: Path | str | None = None) -> Description:
        """Return what the graph tells about `term` (a CURIE, an IRI or a label), in the language `lang`.

        With `source`, the path of the user's copy of the source document, claims have their passages with
        them. Raises `TermError` with near misses where there is no such term, and `SourceError` where the
        copy cannot be read or is another document.
        """
        text = None if source is None else self.source_text(source)
        _check_language(lang)
        iri = self.find_occurring(term)
        sections: dict[str, Rows] = {}
        for section in DESCRIPTION_SECTIONS:
            query = program_query(f"term-{section}")
            values: dict[str, object] = {"term": iri, "lang": lang}
            wanted = {each.name: values[each.name] for each in query.parameters if each.name in values}
            rows = _rows(self.answer(query, parameters=wanted))
            if rows:
                sections[section] = rows if text is None else with_passages(rows, text)
        return Description(iri, sections, lang)

    def why(
        self,
        subject: str,
        predicate: str,
        object: str,
        *,
        lang: str = "en",
        reasoner_seconds: float | None = 120.0,
    ) -> "Reason":
        """Return why a triple holds: what asserts it or how it follows, down to claims and publications.

        Where nothing supports the triple, the reason says so, and what comes nearest; where a claim denies
        it, that. Of a class below another, which no file states, a reasoner gives minimal sets of axioms;
        these are the shipped ones, also where the graph is asked at an endpoint.

        Args:
            subject: a CURIE, an IRI or a name; so are the others.
            predicate: the property; `a` stands for rdf:type.
            object: what the subject is related to.
            lang: language of the texts, en or nl.
            reasoner_seconds: time for the reasoner, which needs Java; None starts none.

        Raises:
            TermError: there is no such term.
            ReasoningError: the reasoner is needed and cannot answer.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     reason = kg.why("taurine", "may matter in", "epilepsy")
        >>> reason.kind, [premise.text for premise in reason.premises]
        ('hypothesis', ['taurine protects against excitotoxicity', 'excitotoxicity seen in epilepsy'])
        """
        from glutakg.why import needs_reasoner, with_justifications

        _check_language(lang)
        relation = PREFIXES["rdf"] + "type" if predicate.strip() == "a" else self.find_occurring(predicate)
        statement = (Iri(self.find_occurring(subject)), Iri(relation), Iri(self.find_occurring(object)))
        [reason] = self._reasons([statement], lang)
        if reasoner_seconds is None or not needs_reasoner(reason):
            return reason
        return with_justifications(reason, self._files, seconds=reasoner_seconds)

    def why_row(
        self,
        query: str | Path | CatalogueQuery,
        number: int,
        *,
        parameters: Mapping[str, object] | None = None,
        answer: Answer | None = None,
        lang: str = "en",
    ) -> "tuple[Reason, ...]":
        """Return why a row stands in the answer to a SELECT query: a reason for each triple that it rests on.

        Of a row about claims these are the triples that the claims state. Where a row counts so much that not
        all is told, standard error says so.

        Args:
            query: the text of the query, the path of its file, or a query of the catalogue.
            number: of the row, counted from 1.
            parameters: values of the query's parameters.
            answer: saves asking the query anew.
            lang: language of the texts, en or nl.

        Raises:
            QueryError: the query has no rows to explain, or is written in a way that cannot be taken apart.
            ParameterError: there is no row of that number.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     [reason] = kg.why_row(kg.catalogue["protective-nutrients"], 5)
        >>> reason.text, [claim.identifier for claim in reason.claims]
        ('magnesium protects against excitotoxicity', ['C054'])
        """
        from glutakg.sparql import UnreadableQuery
        from glutakg.why import MOST_SOLUTIONS, candidates, worth_telling

        _check_language(lang)
        asked = query if isinstance(query, CatalogueQuery) else _asked(query, parameters)
        rows = _rows(answer or self.answer(asked, parameters=parameters))
        if not 1 <= number <= len(rows):
            raise ParameterError(
                N_(
                    "There is no row {number}; there are {count}.",
                    number=number,
                    count=len(rows),
                ),
                parameter="why",
            )
        text, values = bind(asked, parameters or {}, resolve=self.find_term)
        row = dict(zip(rows.variables, rows.terms[number - 1], strict=True))
        try:
            found, is_whole = candidates(self._select, text, values, row)
        except UnreadableQuery:
            raise QueryError(
                N_("The query cannot be taken apart to say why; write it more simply.")
            ) from None
        if not is_whole:
            _tell(
                N_(
                    "Row {number} rests on more than {most} solutions of the query; the reasons of {most} of "
                    "them are told.",
                    number=number,
                    most=MOST_SOLUTIONS,
                ),
                lang,
            )
        return Series(worth_telling(self._reasons, self._all_stated(), found, lang))

    def _reasons(self, statements: "Sequence[Statement]", lang: str, nearest: bool = True) -> "list[Reason]":
        from glutakg.why import explain

        return explain(self._select, lambda: self._all_claims(lang), statements, lang=lang, nearest=nearest)

    def _select(self, text: str) -> Rows:
        return _rows(self._engine.evaluate(text))

    def _all_claims(self, lang: str) -> "Mapping[str, Claim]":
        """Return every claim by IRI, read once for each language."""
        if lang not in self._known_claims:
            from glutakg.claims import read_claims

            self._known_claims[lang] = {claim.iri: claim for claim in read_claims(self._rows, lang)}
        return self._known_claims[lang]

    def _all_stated(self) -> "Mapping[str, Sequence[Statement]]":
        """Return what every claim says, by the IRI of the claim, read once."""
        if self._known_statements is None:
            from glutakg.why import read_stated

            self._known_statements = read_stated(self._select)
        return self._known_statements

    def decide(self, *assume: Path | str, lang: str = "en") -> "tuple[Decision, ...]":
        """Return what would change if studies found what files say: verdicts and balances of claims.

        Args:
            assume: Turtle files with `gk:EvidenceItem` records, `-` for standard input. Each says its
                `gk:stance`, and on which claim and by which design, or which study of a conflict it is
                (`gk:answersDecider`).
            lang: language of the texts, en or nl.

        Raises:
            SourceError: a file cannot be read, is not Turtle, or has no item or one that lacks something.
        """
        from glutakg.claims import decisions, read_assumptions, read_background, read_deciders

        claims = self._all_claims(lang)
        assumed = read_assumptions(assume, claims, read_deciders(self._rows))
        return Series(decisions(list(claims.values()), assumed, read_background(self._rows)))

    def claims(
        self,
        *,
        kind: str | None = None,
        status: str | None = None,
        term: str | None = None,
        hedged: bool | None = None,
        uncited: bool | None = None,
        section: str | int | None = None,
        polarity: str | None = None,
        lang: str = "en",
    ) -> "list[Claim]":
        """Return the claims that fit all that is given, by identifier, with their evidence and conflicts.

        A claim concerns `term` (a CURIE, an IRI or a name) when its subject, relation, object, one of its
        qualifiers (such as a population or a route), or a claim or reference that it points to is that term,
        something that matches the term exactly or closely, a group that has it as a member, at any depth, or
        something that is defined by it: a supplement that gives it, its shortage or level, a process that it
        takes part in, people who have it; and a claim concerns itself. What is said of a member is not
        counted as said of its group, nor what is said of an instance as said of its class.

        Args:
            kind: kind of claim, such as "protective effect claim", or the words it begins with.
            status: curator status, such as "disputed".
            term: what the claims concern.
            hedged: True for claims with a reservation such as can or possibly, False for those without.
            uncited: True for claims that cite no reference, False for those that do.
            section: section of the source document, by number or name.
            polarity: "affirmed" or "denied".
            lang: language of the texts, en or nl; what is given may be in either.

        Raises:
            ParameterError: there is no such value; the message names those there are, the nearest first.
            TermError: there is no such term.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     [claim] = kg.claims(term="taurine", kind="protective effect")
        >>> claim.identifier, str(claim.hedge), claim.is_uncited
        ('C058', 'can', True)
        """
        _check_language(lang)
        from glutakg.claims import select_claims

        found = select_claims(
            self._rows,
            lang,
            term=None if term is None else self.find_occurring(term),
            hedged=hedged,
            uncited=uncited,
            kind=kind,
            status=status,
            section=section,
            polarity=polarity,
        )
        return Listing(found)

    def evidence(
        self,
        claim_or_term: str | None = None,
        *,
        stance: str | None = None,
        design: str | None = None,
        species: str | None = None,
        system: str | None = None,
        since: int | None = None,
        until: int | None = None,
        population: str | None = None,
        lang: str = "en",
    ) -> "list[Evidence]":
        """Return per claim the evidence that fits all that is given; without a term, of every claim.

        Of a claim that is itself. Of a publication it is what that publication shows. Of another term these
        are the claims that concern it, as `claims` says; where the evidence is narrowed down, only those with
        evidence that fits.

        Args:
            claim_or_term: a claim such as "C054", a publication (also by PMID or DOI) or another term.
            stance: "supports", "contradicts" or "qualifies".
            design: design of the study, such as "randomised controlled trial".
            species: species studied, such as "human".
            system: "in vivo" or "in vitro".
            since: first year of publication; publications without a year are left out.
            until: last year of publication.
            population: population studied.
            lang: language of the texts, en or nl; what is given may be in either.

        Raises:
            ParameterError: there is no such value; the message names those there are, the nearest first.
            TermError: there is no such term.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     [found] = kg.evidence("C054", design="randomised controlled trial")
        >>> {str(item.stance) for item in found.items}
        {'contradicts'}
        >>> with glutakg.open() as kg:
        ...     in_mice = kg.evidence(species="house mouse", system="in vivo", until=1997)
        >>> [(each.claim.identifier, each.items[0].publication.label) for each in in_mice][:1]
        [('C033', 'Condie et al. (1997)')]
        """
        _check_language(lang)
        from glutakg.claims import select_evidence

        found = select_evidence(
            self._rows,
            lang,
            None if claim_or_term is None else self.find_occurring(claim_or_term),
            since=since,
            until=until,
            stance=stance,
            design=design,
            species=species,
            system=system,
            population=population,
        )
        return Listing(found)

    def source_text(self, path: Path | str) -> "SourceText":
        """Return the user's copy of the source document, which `why` and `describe` show passages from.

        Raises `SourceError` where it cannot be read, or is another document: the SHA-256 tells.
        """
        from glutakg.claims import SourceText

        [row] = self._rows("hash-of-source-document", {})
        return SourceText(path, str(row["sha256"]))

    def premises(
        self, choice: str = "uncontested", paths: Path | str | Sequence[Path | str] = ()
    ) -> "Premises":
        """Return what a reasoner takes to be true: the shipped premises, and a user's Turtle files with them.

        Args:
            choice: which claims of the source count: `uncontested`, `established`, or `all`, which takes
                every one at its word.
            paths: Turtle files of a user (one or several), `-` for standard input.

        Raises:
            ParameterError: there is no such choice.
            SourceError: a file cannot be read, or imports an ontology that is not among the files.
        """
        from glutakg.owl import read_premises

        return read_premises(choice, _several(paths), files=self._files)

    def reason(
        self,
        premises: "Premises | None" = None,
        *,
        reasoner: str = "hermit",
        only: str | None = None,
        first: "Callable[[Conclusions], object] | None" = None,
        seconds: float = 600.0,
        memory_mb: int = 2000,
    ) -> "Conclusions":
        """Return whether premises can all be true, which classes can have no member, and what follows.

        Args:
            premises: by default those that nobody contests.
            reasoner: `hermit` or `pellet`.
            only: `consistency` stops after the first answers, which take seconds: whether all can be true,
                and which classes the axioms without individuals keep from having members.
            first: called with the first answers, before the rest is waited for.
            seconds: after which the reasoner is stopped.
            memory_mb: megabytes that each Java may take, of which two run at a time.

        Raises:
            ParameterError: there is no such reasoner, or it cannot be asked only for that.
            ReasoningError: there is no Java, or the reasoner needs more time or memory, or fails.
        """
        from glutakg.owl import reason

        return reason(
            premises or self.premises(),
            reasoner=reasoner,
            only=only,
            first=first,
            seconds=seconds,
            memory_mb=memory_mb,
        )

    def contradictions(
        self,
        premises: "Premises | None" = None,
        *,
        most: int = 50,
        seconds: float = 600.0,
        memory_mb: int = 2000,
        lang: str = "en",
    ) -> "list[Contradiction]":
        """Return the minimal sets of claims, facts and axioms that cannot all be true, those of fewest first.

        Args:
            premises: by default every claim of the source, taken at its word.
            most: how many sets are looked for.
            seconds: after which the reasoner is stopped.
            memory_mb: megabytes that its Java may take.
            lang: language of the claims' texts, en or nl.

        Raises:
            ReasoningError: there is no Java, or the reasoner needs more time or memory, or fails.
        """
        from glutakg.owl import contradictions
        from glutakg.why import Contradiction

        _check_language(lang)
        chosen = premises or self.premises("all")
        found = contradictions(chosen, most=most, seconds=seconds, memory_mb=memory_mb)
        named = {
            each: {name for fact in each.facts for name in chosen.claims.get(fact, ())} for each in found
        }
        told = self._all_claims(lang)
        listed = [
            Contradiction(each.axioms, tuple(told[_claim_iri(name)] for name in sorted(names)))
            for each, names in named.items()
        ]
        return Listing(sorted(listed, key=lambda each: (len(each.axioms), each.identifiers, each.axioms)))

    def conflicts(
        self,
        term: str | None = None,
        *,
        type: str | None = None,
        aspect: str | None = None,
        lang: str = "en",
    ) -> "list[ConflictSides]":
        """Return the conflicts that fit all that is given, by identifier, with what stands against what.

        A conflict fits `term` when that is the conflict itself, its type, an aspect or a member of it, or the
        publication of a member; and when a claim that concerns the term, as `claims` says, is a member, has
        evidence that is one, or cites a reference that is one. Of a claim these are the conflicts that it is
        itself in.

        Args:
            term: a conflict such as "T01", a claim such as "C054", a publication or another term.
            type: type of conflict, such as "contradiction" or "tension".
            aspect: matter of the conflict, such as "safety".
            lang: language of the texts, en or nl; what is given may be in either.

        Raises:
            ParameterError: there is no such value; the message names those there are, the nearest first.
            TermError: there is no such term.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     [found] = kg.conflicts("C054", aspect="clinical outcome")
        >>> [claim.identifier for claim in found.first_side.claims]
        ['C054']
        >>> found.second_side.findings[0].item.publication.label
        'Saver et al. (2015)'
        """
        _check_language(lang)
        iri = None if term is None else self.find_occurring(term)
        from glutakg.claims import select_conflicts

        return Listing(select_conflicts(self._rows, lang, iri, type=type, aspect=aspect))

    def chart(self, name: str, term: str | None = None, *, lang: str = "en") -> "Chart":
        """Return a picture of what is recorded on `term`, or on everything, with the table of its numbers.

        A notebook shows it; `save` writes it as SVG. It counts what `claims`, `evidence` or `conflicts` gives
        with the same term.

        Args:
            name: what is drawn: `balance` (a bar for each claim with evidence, a square for each study),
                `statuses` (claims by curator status), `years` (studies by year, design and stance) or
                `conflicts` (by aspect and type).
            term: as in the method that the chart shows.
            lang: language of the words, en or nl.

        Raises:
            ParameterError: there is no such chart.
            TermError: there is no such term.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     chart = kg.chart("balance", "taurine")
        >>> chart.rows[0][2:5]
        (2, 0, 2)
        """
        _check_language(lang)
        from glutakg.graph.charts import draw

        return draw(self, self._rows, name, term, lang)

    def picture(self, *, lang: str = "en") -> "Chart":
        """Return the picture of the cycle: pools at their places, joined by steps, with a table of the steps.

        A notebook shows it; `save` writes it as SVG.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     picture = kg.picture()
        >>> picture.rows[3][1]
        'glutamine synthesis in the astrocyte'
        """
        _check_language(lang)
        from glutakg.graph.charts import draw_cycle

        return draw_cycle(self, self._rows, lang)

    def _rows(self, name: str, parameters: Mapping[str, object]) -> Rows:
        """Return the rows that answer a query of the program."""
        return _rows(self.answer(program_query(name), parameters=parameters))

    def find_term(self, text: str) -> str:
        """Return the IRI of `text`: a CURIE, a full IRI, or a name of the term in either language.

        Names are labels, synonyms, notations such as gene symbols, claim identifiers such as C054, DOIs and
        PMIDs (alone, after `doi:`, `pubmed:` or `PMID:`, or as addresses), and the local names of our own
        terms. Terms of this project go before imported ones, labels before other names, the same case before
        another.
        Raises `TermError` where no term or more than one fits.
        """
        return self._terms.find(text)

    def find_occurring(self, text: str) -> str:
        """Return the IRI of a term that occurs in the graph; raise `TermError` for any other."""
        return self._terms.find_occurring(text)

    def occurs(self, iri: str) -> bool:
        """Return whether any triple of the default graph has `iri` in any place."""
        return self._terms.occurs(iri)

    def validate(
        self, paths: Path | str | bytes | Sequence[Path | str | bytes] = (), *, engine: str = "pyshacl-turbo"
    ) -> "Report":
        """Return the report of the SHACL shapes on Turtle (files or bytes), or on the shipped data.

        `engine` finds the nodes that pyshacl reports on, `pyshacl` among all nodes itself.
        Raises `SourceError` for a file that cannot be read, `ValidationError` where nothing could be checked.
        """
        from glutakg.shacl import validate

        several = [paths] if isinstance(paths, Path | str | bytes) else paths
        return validate(several or None, engine=engine)

    def export(
        self,
        graphs: str | Sequence[str] = (),
        *,
        format: str = "trig",
        base: bool = False,
        with_ontology: bool = False,
        scenario: str | None = None,
    ) -> bytes:
        """Return graphs as one document in `format`, byte for byte the same for the same content.

        `graphs` are names such as `source` or `imports/chebi`, or one name; without any, all named graphs.
        `trig`, `nq` and `jsonld` keep the names of graphs; `ttl`, `rdfxml` and `nt` take one graph and make
        it an ontology document, in which `ontology` has its import slices merged into it. `base` leaves out
        of the ontology what is not on its own terms, `with_ontology` adds the ontology to facts.
        `glutakg.dataset.exports.export` tells more.
        Raises `TermError` for an unknown graph, `ParameterError` for an unknown format, `FormatError` where
        the format cannot hold what was asked for.

        `sbml` is no graph but the model of fluxes in a scenario; without one, nothing is lost.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     ontology = kg.export("ontology", format="rdfxml")
        >>> ontology.startswith(b"<?xml"), b"owl:imports" in ontology
        (True, False)
        """
        from glutakg.dataset import MODEL_FORMATS, export, shipped_files

        if format in MODEL_FORMATS:
            if graphs or base or with_ontology:
                raise ParameterError(
                    N_("The model is made from the whole graph; name no graph."), parameter="format"
                )
            from glutakg.flux import sbml_document

            return sbml_document(self._network(), scenario=scenario)
        if scenario is not None:
            raise ParameterError(N_("Only a model has a scenario; its format is sbml."), parameter="scenario")
        files = shipped_files() if self._files is None else self._files
        return export(files, graphs, format=format, base=base, with_ontology=with_ontology)

    def model(
        self, scenario: str | None = None, *, shares: "Mapping[str, Decimal | float] | None" = None
    ) -> "cobra.Model":
        """Return the steps, pools and genes as a model of COBRApy, with the limits and shares of a scenario.

        Args:
            scenario: its name, such as "gaba"; without one, "cycle", in which nothing is lost.
            shares: values of shares by name, from 0 to 1, instead of those that the graph states.

        Raises:
            MissingExtraError: COBRApy is missing, which the extra `flux` brings.
            ParameterError: there is no such scenario or share, or a share is none from 0 to 1.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     kg.model().reactions.get_by_id("glutamine_synthesis_in_astrocyte").gene_reaction_rule
        'GLUL'
        """
        from glutakg.flux import cobra_model

        return cobra_model(self._network(), scenario=scenario, shares=shares)

    def flux(
        self,
        scenario: str | None = None,
        *,
        knock_out: str | Sequence[str] = (),
        shares: "Mapping[str, Decimal | float] | None" = None,
        maximize: str | None = None,
        openings: bool = False,
        lang: str = "en",
    ) -> "Fluxes":
        """Return what flows through each step when one carries all it can, without some genes or steps.

        Args:
            scenario: what is asked, such as "gaba"; without one, "cycle", in which nothing is lost.
            knock_out: genes by their HGNC symbols, and steps, that are not there.
            shares: values of shares by name, from 0 to 1, instead of those that the graph states.
            maximize: the step that is to carry as much as it can, instead of that of the scenario.
            openings: look for the fewest pools to open for a flux that has stopped to return.
            lang: language of the names, en or nl.

        Raises:
            MissingExtraError: COBRApy is missing, which the extra `flux` brings; `dead_ends` needs none.
            ParameterError: there is no such scenario, gene, step or share.
            FluxError: the flux has no bound; the message names the steps that turn in a circle.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     kg.flux(knock_out="GLUL").is_stopped
        True
        """
        from glutakg.flux import FluxModel

        return FluxModel(self._network(lang), scenario=scenario, shares=shares).run(
            knock_out=[knock_out] if isinstance(knock_out, str) else knock_out,
            maximize=maximize,
            openings=openings,
        )

    def dead_ends(self, knock_out: str | Sequence[str], *, lang: str = "en") -> "DeadEnds":
        """Return what stops without some genes or steps, as far as dead ends tell; this needs no extra.

        A step stops when what it uses up comes from nowhere any more, or what it makes goes nowhere; what
        hangs on it stops in turn. `flux` finds these and more.

        Args:
            knock_out: genes by their HGNC symbols, and steps, that are not there.
            lang: language of the names, en or nl.

        Raises:
            ParameterError: there is no such gene or step.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     found = kg.dead_ends("GLUL")
        >>> found.steps[0].name, found.stops("https://w3id.org/glutakg/data/glutamine-release-from-astrocyte")
        ('glutamine synthesis in the astrocyte', True)
        """
        from glutakg.flux import dead_ends_without

        return dead_ends_without(self._network(lang), knock_out)

    def why_flux(self, fluxes: "Fluxes", *, lang: str = "en") -> "list[Reason]":
        """Return for each active step of `fluxes`, in their order, why it is there, as `why` does.

        Raises `QueryError` where there are no texts in the language `lang`.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     fluxes = kg.flux(maximize="glutamine-synthesis-in-astrocyte")
        ...     len(kg.why_flux(fluxes)) == len(fluxes.steps)
        True
        """
        _check_language(lang)
        return Listing(self._reasons([_iris(*step.statement) for step in fluxes.steps], lang))

    def _network(self, lang: str = "en") -> "Network":
        """Return the network of the model, read once for each language; nothing that is generated counts."""
        _check_language(lang)
        if lang not in self._known_networks:
            from glutakg.dataset import kept_files
            from glutakg.flux import read_network

            self._known_networks[lang] = read_network(
                kept_files() if self._files is None else self._files, lang
            )
        return self._known_networks[lang]

    def imports(self) -> "tuple[Import, ...]":
        """Return the whole ontologies that the user has imported (`glutakg import`), by name.

        They count for a graph that is opened without an endpoint. Raises `SourceError` where their list
        cannot be read.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     [each.name for each in kg.imports()]
        []
        """
        from glutakg.dataset import read_imports

        return read_imports()

    def check_links(self) -> "Checked":
        """Return what is wrong with our identifiers of others, as far as imported ontologies tell.

        `glutakg.linking.checks.check_links` tells what is looked at. Raises `SourceError` where a table
        cannot be read.
        """
        from glutakg.linking import check_links

        return check_links(self._engine, self.imports())

    def suggest_links(self, *terms: str) -> "list[Suggestion]":
        """Return matches that may hold between things of ours and imported ontologies, the likeliest first.

        `glutakg.linking.suggestions.suggest_links` tells how they are found; nothing is written.

        Args:
            terms: labels, CURIEs or IRIs of things of ours; without any, all of them.

        Raises:
            TermError: there is no such term.
            SourceError: a table cannot be read.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     kg.suggest_links("astrocyte")  # where nothing is imported
        []
        """
        from glutakg.linking import suggest_links

        found = map(self.find_term, terms)
        return suggest_links(self._engine, self.imports(), found, is_all=not terms)

    def info(self) -> dict[str, object]:
        """Return versions, the number of triples of each graph, and where the store lies, as plain values."""
        from importlib.metadata import version

        from glutakg.store import kept_counts

        counts = kept_counts(self._engine.location) or self._counts()
        ontology = self._rows("versions-of-ontology", {})
        return {
            "glutakg": __version__,
            "ontology": str(ontology[0]["version"]) if ontology else None,
            "pyoxigraph": version("pyoxigraph"),
            "python": sys.version.split()[0],
            "data": str(shipped_root()),
            "store": self._engine.location,
            "queries": len(self.catalogue),
            "graphs": {
                "default": counts.pop(""),
                **{name.removeprefix(PREFIXES["gkg"]): counts[name] for name in sorted(counts)},
            },
        }

    def _counts(self) -> dict[str, int]:
        """Return how many triples each named graph has and, under no name, a query without GRAPH sees."""
        (total,) = self._rows("number-of-triples", {})
        graphs = self._rows("triple-counts-by-graph", {})
        return {"": _count(total), **{str(row["graph"]): _count(row) for row in graphs}}


def open(
    *,
    cache_dir: Path | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
    allow_service: Sequence[str] = (),
) -> KnowledgeGraph:
    """Return the knowledge graph: the shipped one, or one that a SPARQL endpoint holds.

    The shipped graph is opened from the cache folder, where it is built on first use.

    Of an endpoint, the default graph should hold what a query without GRAPH sees here: all graphs but
    `gkg:contested`, each triple once. Where it holds something else, name the graphs in the address:
    `https://host/sparql?default-graph-uri=IRI&named-graph-uri=IRI`, each as often as needed. What is not
    asked but read, for reasoning, validation, export and the model of fluxes, are the shipped files all the
    same.

    Args:
        cache_dir: folder to keep the store in, instead of the user's cache folder.
        endpoint: address of a SPARQL 1.1 endpoint; the environment variables `GLUTAKG_ENDPOINT_USER` and
            `GLUTAKG_ENDPOINT_PASSWORD` hold the name and the password that it asks for.
        timeout: seconds that a query may take.
        allow_service: hosts that SERVICE may name; it is the endpoint that calls them, where there is one.

    Raises:
        ParameterError: both a cache folder and an endpoint are given.
        StoreError: there is no store and none can be made.
        EndpointError: this is no address of an endpoint, or its host is not known.

    >>> import glutakg
    >>> glutakg.open(endpoint="example.org")
    Traceback (most recent call last):
    ...
    glutakg.errors.EndpointError: This is not the address of an endpoint; give an address such as https://...
    """
    engine: Engine
    if endpoint is None:
        engine = open_store(cache_dir, timeout=timeout, allow_service=allow_service)
    elif cache_dir is None:
        from glutakg.store import open_remote_store

        engine = open_remote_store(endpoint, timeout=timeout, allow_service=allow_service)
    else:
        raise ParameterError(N_("Give cache_dir or endpoint, not both."), parameter="endpoint")
    return KnowledgeGraph(engine, catalogue=catalogue())


def _tell(note: str, lang: str) -> None:
    print(f"glutakg: note: {printable(said(note, lang))}", file=sys.stderr)


def _count(row: Mapping[str, object]) -> int:
    return int(str(row["triples"]))


def _check_language(lang: str) -> None:
    if lang not in LANGUAGES:
        raise QueryError(
            N_(
                "There are no texts in the language {lang!r}; choose {languages}.",
                lang=lang,
                languages=either(LANGUAGES),
            )
        )


def _several(paths: Path | str | Sequence[Path | str]) -> Sequence[Path | str]:
    return [paths] if isinstance(paths, Path | str) else paths


def _iris(subject: str, predicate: str, object: str) -> tuple[Iri, Iri, Iri]:
    return Iri(subject), Iri(predicate), Iri(object)


def _claim_iri(identifier: str) -> str:
    return f"{PREFIXES['gkd']}claim-{identifier}"


def _asked(query: str | Path, parameters: Mapping[str, object] | None) -> CatalogueQuery:
    if isinstance(query, Path):
        return parse_file(query, with_values=bool(parameters))
    return plain_query(query)


def _rdflib_graph(answer: Answer) -> "rdflib.Graph":
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    try:
        return graph.parse(data=answer.data, format="nt")
    except rdflib.exceptions.ParserError as error:
        raise QueryError(N_("The graph holds a triple as a term, which rdflib cannot read.")) from error


def _rows(answer: Answer) -> Rows:
    return Rows(answer.variables, answer.rows())
