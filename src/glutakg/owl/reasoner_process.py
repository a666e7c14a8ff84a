"""The process that reasons, apart from the caller's, since a reasoner may need too much time or memory.

It reads a request in JSON from stdin, runs HermiT or Pellet through owlready2, and writes what they say in
JSON to stdout. `glutakg.owl.reasoners` starts it, and ends it with all that it started.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["main"]


def classify(path: Path, reasoner: str) -> dict[str, Any]:
    """Return whether the ontology is consistent, and which memberships and relations hold in it.

    Relations are the asserted ones and the most specific of those that follow; what is above them in the
    hierarchy of properties is left to the caller.
    """
    import owlready2

    world = owlready2.World()
    world.get_ontology(f"file://{path}").load(only_local=True)
    follows = world.get_ontology("http://follows/")
    run = {"hermit": owlready2.sync_reasoner_hermit, "pellet": owlready2.sync_reasoner_pellet}[reasoner]
    try:
        with follows:
            run(world, infer_property_values=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return {"consistent": False}
    individuals = set(world.individuals())
    return {
        "consistent": True,
        "unsatisfiable": sorted(
            each.iri
            for each in world.inconsistent_classes()
            if hasattr(each, "iri") and each is not owlready2.Nothing
        ),
        "memberships": sorted(
            (one.iri, kind.iri) for kind in world.classes() for one in kind.instances() if one in individuals
        ),
        "relations": sorted(
            (one.iri, relation.iri, value.iri)
            for relation in world.object_properties()
            for one, value in relation.get_relations()
            if one in individuals and value in individuals
        ),
    }


def explain(path: Path, question: list[str], memory_mb: int) -> dict[str, Any]:
    """Return what the `explain` command of Pellet prints."""
    import owlready2
    import owlready2.reasoning

    command = [
        owlready2.JAVA_EXE,
        f"-Xmx{memory_mb}M",
        "-cp",
        owlready2.reasoning._PELLET_CLASSPATH,
        "pellet.Pellet",
        "explain",
        "--ignore-imports",
        *question,
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise owlready2.OwlReadyJavaError(done.stderr or done.stdout)
    return {"text": done.stdout}


def main() -> None:
    """Answer the one request."""
    request = json.load(sys.stdin)
    import owlready2
    import owlready2.reasoning

    owlready2.JAVA_EXE = request["java"]
    owlready2.reasoning.JAVA_MEMORY = request["memory_mb"]
    path = Path(request["path"])
    try:
        if "question" in request:
            answer = explain(path, request["question"], request["memory_mb"])
        else:
            answer = classify(path, request["reasoner"])
    except owlready2.OwlReadyJavaError as error:
        answer = {"fault": str(error)}
    except OSError as error:
        answer = {"fault": f"java cannot be started: {error}"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
