"""Measure `glutakg link suggest` by leaving our own table of mappings out, beside oaklib's lexical matching.

    glutakg import …                                   # the ontologies to measure on
    python tests/benchmarks/bench_suggestions.py [PYTHON]

PYTHON is one that oaklib is installed in (`pip install oaklib`, best apart); without it
ours alone is measured.
Both get the same: our names in both languages, and labels and synonyms of what the imports say themselves.
Recall is over the rows of the table whose object an import has, exact, close, broad or narrow. Precision is
over what is suggested for the subjects of these rows; a good match that nobody has written down counts
against both alike. Rows of relations and denied ones are left out.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import glutakg
from glutakg.dataset import SSSOM_SUFFIX, Import, kept_files, mapping_rows
from glutakg.linking import suggest_links
from glutakg.linking.owners import Facts
from glutakg.linking.suggestions import _OURS, _THEIRS, _names
from glutakg.rdf import compress, expand
from glutakg.store import Engine, open_store

KINDS = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow")}
SCOPES = {"hasExactSynonym": "EXACT", "hasNarrowSynonym": "NARROW", "hasBroadSynonym": "BROAD"}
MATCH = """
import json, sys
from oaklib import get_adapter
from oaklib.utilities.lexical.lexical_indexer import create_lexical_index

pairs = set()
for group in create_lexical_index(get_adapter(f"simpleobo:{sys.argv[1]}")).groupings.values():
    found = {each.element for each in group.relationships}
    ours = {each for each in found if each.startswith("gkd:")}
    pairs |= {(one, other) for one in ours for other in found - ours}
print(json.dumps(sorted(pairs)))
"""

Pair = tuple[str, str]


def main() -> None:
    """Measure and print."""
    print("| import | rows | matcher | suggested | precision | recall |\n|---|---|---|---|---|---|")
    with glutakg.open() as graph, open_store(timeout=300) as engine:
        table = {
            (row["subject_id"], compress(expand(row["object_id"])))
            for file in kept_files()
            if file.path.name.endswith(SSSOM_SUFFIX)
            for _, row in mapping_rows(file.path)
            if row["predicate_id"] in KINDS and not row.get("predicate_modifier")
        }
        for each in graph.imports():
            facts = Facts(engine, each, {})
            facts.load(expand(object) for _, object in table)
            right = {(one, other) for one, other in table if facts.describes(expand(other))}
            if not right:
                continue
            made = suggest_links(engine, [each], is_all=True, beside_table=False)
            by_name = {(one.subject, one.object) for one in made if "Lexical" in one.justification}
            found = {"ours": {(one.subject, one.object) for one in made}, "ours, by name": by_name}
            if len(sys.argv) > 1:
                found["oaklib"] = _by_oaklib(engine, each, {subject for subject, _ in table})
            for who, pairs in found.items():
                told = {pair for pair in pairs if pair[0] in {subject for subject, _ in right}}
                hits = len(told & right)
                shares = f"{hits / len(told):.2f}" if told else "-", f"{hits / len(right):.2f}"
                print(f"| {each.name} | {len(right)} | {who} | {len(told)} | {shares[0]} | {shares[1]} |")


def _by_oaklib(engine: Engine, each: Import, subjects: Iterable[str]) -> set[Pair]:
    """Return what oaklib matches among our names and those of an import, written as OBO."""
    ours = _names(engine, _OURS, frozenset({"en", "nl"}))
    theirs = _names(engine, _THEIRS.format(graph=each.graph), frozenset({"en"}))
    frames = ["format-version: 1.2\nontology: both\n"]
    for some in ({expand(subject): ours.get(expand(subject), []) for subject in subjects}, theirs):
        for iri, names in some.items():
            first, *more = sorted(names, key=lambda name: name[0] not in ("prefLabel", "label")) or [("", "")]
            lines = ["[Term]", f"id: {compress(iri)}", f"name: {_plain(first[1])}"]
            lines += [f'synonym: "{_plain(text)}" {SCOPES.get(kind, "EXACT")} []' for kind, text in more]
            frames.append("\n".join(lines) + "\n")
    with tempfile.TemporaryDirectory(prefix="glutakg-") as folder:
        path = Path(folder) / "both.obo"
        path.write_text("\n".join(frames), encoding="utf-8")
        command = [sys.argv[1], "-c", MATCH, str(path)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return {(one, other) for one, other in json.loads(done.stdout)}


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", " ").replace('"', "'").split())


if __name__ == "__main__":
    main()
