"""Writes `identifiers.tsv`: the forms of the identifiers that the project uses, as Bioregistry knows them.

Run it as a program where the PyPI package `bioregistry` is installed. It is not shipped.
"""

import re
from collections import defaultdict
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote

TABLE = Path(__file__).with_name("identifiers.tsv")

_SEVERAL = {"kegg": ("kegg", "kegg.compound", "kegg.reaction")}
"""Prefixes of ours that stand for several resources; the first takes identifiers of all."""
_ALSO = {"UniProtKB": ["https://www.uniprot.org/uniprotkb/"]}
"""Beginnings of addresses that are in use and that Bioregistry does not have."""
_OF_WORDS = {"biolink", "bioregistry", "oio", "semapv"}
"""Prefixes of vocabularies, whose terms are words and no identifiers."""


def written() -> str:
    """Return the table: what a form stands for, which kind of form it is, and the form in lower case.

    A form that stands for two prefixes of ours stands for neither.
    """
    from glutakg.rdf.prefixes import PREFIXES

    bioregistry: Any = import_module("bioregistry")
    rows: dict[tuple[str, str], set[str]] = defaultdict(set)
    patterns: set[tuple[str, str, str]] = set()
    for prefix in PREFIXES.keys() - _OF_WORDS:
        names = _SEVERAL.get(prefix) or [bioregistry.normalize_prefix(prefix)]
        for name in filter(None, names):
            resource = bioregistry.get_resource(name)
            if resource is None or not resource.get_pattern():
                continue
            if name == names[-1] or name != names[0]:
                patterns.add((prefix, "pattern", resource.get_pattern()))
            for synonym in {name, prefix, *resource.get_synonyms()}:
                rows["prefix", synonym.lower()].add(prefix)
            for address in {PREFIXES[prefix], *resource.get_uri_prefixes(), *_ALSO.get(prefix, [])}:
                bare = re.sub("^https?://(www[.])?", "", unquote(address).lower())
                rows["address", bare].add(prefix)
    clear = {(*of, *row) for row, of in rows.items() if len(of) == 1 and " " not in row[1]}
    lines = sorted(clear | patterns)
    head = f"# Written by write_identifiers.py from the PyPI package bioregistry {version('bioregistry')}."
    return "\n".join([head, "of\tkind\tform", *("\t".join(line) for line in lines)]) + "\n"


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8", newline="\n")
