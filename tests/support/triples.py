"""What files of triples say, compared without regard to the names of blank nodes."""

from pathlib import Path

import pyoxigraph as ox


def facts(path: Path) -> set[str]:
    """Return the triples of a file, each blank node as what is said of it."""
    format = ox.RdfFormat.RDF_XML if path.suffix == ".owl" else ox.RdfFormat.N_TRIPLES
    triples = [quad.triple for quad in ox.parse(path=str(path), format=format)]
    of: dict[object, list[ox.Triple]] = {}
    for triple in triples:
        of.setdefault(triple.subject, []).append(triple)

    def told(node: object) -> str:
        if not isinstance(node, ox.BlankNode):
            return str(node)
        return f"[{' ; '.join(sorted(f'{each.predicate} {told(each.object)}' for each in of.get(node, ())))}]"

    held = {triple.object for triple in triples}
    named = {
        f"{each.subject} {each.predicate} {told(each.object)}"
        for each in triples
        if not isinstance(each.subject, ox.BlankNode)
    }
    return named | {told(node) for node in of if isinstance(node, ox.BlankNode) and node not in held}
