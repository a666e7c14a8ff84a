"""Identifiers of others are read in every form that Bioregistry knows."""

import importlib.util
import re
import runpy
from importlib.metadata import version
from pathlib import Path

import pytest
from places import CHECKOUT

from glutakg.rdf import iri_of_identifier
from glutakg.rdf.prefixes import PREFIXES, expand

FOLDER = CHECKOUT / "src" / "glutakg" / "rdf"
TABLE = (FOLDER / "identifiers.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [tuple(line.split("\t")) for line in TABLE[2:]]
EXAMPLES = {
    "CHEBI": "18050", "CL": "0000127", "EC": "6.3.1.2", "HGNC": "4341", "MESH": "D018698", "MONDO": "0004976",
    "NCBITaxon": "9606", "RHEA": "16169", "Reactome": "R-HSA-210455", "UBERON": "0000955", "UMLS": "C0038454",
    "UniProtKB": "P15104", "doi": "10.1002/hep.21357", "kegg": "C00025", "pubmed": "26853855",
    "wikipathways": "WP4595",
}  # fmt: skip


@pytest.mark.parametrize("prefix", EXAMPLES)
def test_every_form_is_the_iri_of_ours(prefix: str) -> None:
    """Prefixes in any case, addresses with and without https and www; the prefix may stand there twice."""
    local = EXAMPLES[prefix]
    wanted = expand(f"{prefix}:{local}")
    forms = [(kind, form) for of, kind, form in ROWS if of == prefix]
    prefixes = [form for kind, form in forms if kind == "prefix"]
    addresses = [form for kind, form in forms if kind == "address"]
    assert any(form.startswith("identifiers.org/") for form in addresses)
    said = [
        *(f"{form}:{local}" for each in prefixes for form in (each, each.upper(), each.capitalize())),
        *(f"{prefixes[0]}:{each.upper()}:{local}" for each in prefixes),
        *(f"{start}{form}{local}" for form in addresses for start in ("http://", "https://", "https://www.")),
        *(f"<HTTPS://{form.upper()}{local}>" for form in addresses),
    ]
    assert {text: found for text in said if (found := iri_of_identifier(text)) != wanted} == {}


@pytest.mark.parametrize("prefix", EXAMPLES)
def test_what_is_no_identifier_is_none(prefix: str) -> None:
    """Neither a name nor an identifier of another form is taken for one."""
    for local in ("", "no such thing", "1 2", "x>y", "#", "é"):
        assert iri_of_identifier(f"{prefix}:{local}") is None, local
        assert iri_of_identifier(f"https://identifiers.org/{prefix.lower()}:{local}") is None, local


@pytest.mark.parametrize(
    "text",
    [
        *(
            "glutamate",
            "C054",
            "26853855",
            "",
            ":",
            "https://",
            "hgnc",
            "https://w3id.org/glutakg/data/taurine",
        ),
        *(
            "http://example.org/hgnc:4341",
            "urn:hgnc:4341",
            "gkd:taurine",
            "skos:exactMatch",
            "obo:CHEBI_18050",
        ),
    ],
)
def test_other_text_is_none(text: str) -> None:
    """What is not in the table stays what it is."""
    assert iri_of_identifier(text) is None


def test_a_form_stands_for_one_resource() -> None:
    """No form is in the table twice, and each is of a prefix of the project."""
    forms = [row[1:] for row in ROWS if row[1] != "pattern"]
    assert len(forms) == len(set(forms))
    assert {row[0] for row in ROWS} <= PREFIXES.keys()
    assert {row[0] for row in ROWS if row[1] == "pattern"} == {row[0] for row in ROWS}


def stated_version() -> str:
    """Return the version of Bioregistry that the table was made from."""
    match = re.search(r"bioregistry (\S+)\.$", TABLE[0])
    assert match
    return match[1]


@pytest.mark.skipif(
    importlib.util.find_spec("bioregistry") is None or version("bioregistry") != stated_version(),
    reason="the version of the package bioregistry that the table names is not installed",
)
def test_the_table_is_what_the_package_says() -> None:
    """The script writes the table that is committed."""
    written = runpy.run_path(str(FOLDER / "write_identifiers.py"))["written"]()
    assert written == Path(FOLDER / "identifiers.tsv").read_text(encoding="utf-8")
