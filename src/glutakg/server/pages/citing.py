"""What tells machines what a page is on, and people how to cite it: schema.org in JSON-LD, and BibTeX."""

import json
from collections.abc import Mapping

from markupsafe import Markup

from glutakg._version import __version__
from glutakg.rdf import local_name

__all__ = ["bibtex", "data_block", "dataset", "defined_term"]


_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_NAME = "glutakg"


def data_block(described: Mapping[str, object]) -> Markup:
    r"""Return a description as the JSON of a data block, in which no character can end it.

    >>> data_block({"name": "</script>"})
    Markup('{"name": "\\u003c/script>"}')
    """
    return Markup(json.dumps(described).replace("<", "\\u003c"))


def dataset(description: str, lang: str, *, here: str, version: str) -> dict[str, object]:
    """Return what the graph is, as a dataset in a catalogue of its own (schema.org, Bioschemas).

    Args:
        description: in a sentence.
        lang: of the description.
        here: the address of the server, without a slash at its end; empty where it is not known.
        version: of the data.
    """
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _NAME,
        "description": description,
        "inLanguage": lang,
        "license": _LICENCE,
        "version": f"{__version__}, data {version}" if version else __version__,
        "creator": {"@type": "Organization", "name": "The glutakg contributors"},
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": _NAME},
    }
    if here:
        found |= {
            "url": f"{here}/",
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": "text/turtle",
                    "contentUrl": f"{here}/.well-known/void",
                }
            ],
        }
    return found


def defined_term(iri: str, label: str, definition: str | None, lang: str) -> dict[str, object]:
    """Return what a term is (schema.org, the Bioschemas profile of DefinedTerm)."""
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": iri,
        "name": label,
        "inLanguage": lang,
        "inDefinedTermSet": {"@type": "DefinedTermSet", "name": _NAME},
    }
    return found | ({"description": definition} if definition else {})


def bibtex(iri: str, label: str, version: str) -> str:
    """Return an entry of BibTeX for a term; what TeX would read as a command is written so that it does not.

    >>> print(bibtex("https://w3id.org/glutakg/data/taurine", "taurine", "abc"))
    @misc{glutakg-taurine,
      author = {{The glutakg contributors}},
      title = {glutakg: taurine},
      version = {0.1.0, data abc},
      url = {https://w3id.org/glutakg/data/taurine}
    }
    """
    key = "".join(each if each.isalnum() and each.isascii() else "-" for each in local_name(iri))
    fields = {
        "author": "{The glutakg contributors}",
        "title": f"glutakg: {_of_tex(label)}",
        "version": f"{__version__}, data {version}",
        "url": iri,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{glutakg-{key},\n{lines}\n}}"


def _of_tex(text: str) -> str:
    return "".join(f"\\{each}" if each in "#$%&_{}" else " " if each in "\\^~" else each for each in text)
