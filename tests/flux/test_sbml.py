"""The SBML document: valid for libSBML and COBRApy, complete, and the same every time."""

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from glutakg.dataset import kept_files
from glutakg.errors import ParameterError
from glutakg.flux import Network, read_network, sbml_document

CORE = "{http://www.sbml.org/sbml/level3/version1/core}"
FBC = "{http://www.sbml.org/sbml/level3/version1/fbc/version2}"
ADDRESS = re.compile(
    r"https://identifiers\.org/(chebi/CHEBI:\d+|go/GO:\d{7}|cl/CL:\d{7}|uberon/UBERON:\d{7}|rhea/\d{5}"
    r"|reactome/R-HSA-\d+|uniprot/[A-Z0-9]+|ec-code/[0-9.n-]+|kegg\.reaction/R\d{5}|kegg\.compound/C\d{5}"
    r"|pubmed/\d+|hgnc/HGNC:\d+|taxonomy/9606)"
)


@pytest.fixture(scope="module")
def document(network: Network) -> bytes:
    """Return the document of the closed cycle."""
    return sbml_document(network)


@pytest.mark.parametrize("scenario", ["cycle", "gaba"])
def test_libsbml_finds_nothing_wrong(network: Network, scenario: str) -> None:
    """No error and no warning, also of modelling practice and units."""
    libsbml = pytest.importorskip("libsbml")
    found = libsbml.readSBMLFromString(sbml_document(network, scenario=scenario).decode())
    found.checkConsistency()
    assert [found.getError(number).getMessage() for number in range(found.getNumErrors())] == []


@pytest.mark.parametrize("scenario", ["cycle", "burnt"])
def test_cobrapy_finds_nothing_wrong(network: Network, scenario: str, tmp_path: Path) -> None:
    """Its validation is clean: masses, charges, bounds, identifiers."""
    from cobra.io import validate_sbml_model

    path = tmp_path / "model.sbml"
    path.write_bytes(sbml_document(network, scenario=scenario))
    model, messages = validate_sbml_model(str(path))
    assert {kind: said for kind, said in messages.items() if said} == {}
    assert {
        id: each.check_mass_balance() for each in model.reactions if (id := each.id)[:3] not in ("EX_", "sha")
    } == {each.id[2:]: {} for each in network.reactions}


def test_the_bytes_are_the_same_in_another_process(document: bytes) -> None:
    """No order hangs on hashes."""
    code = (
        "import sys; from glutakg.dataset import kept_files; from glutakg.flux import *;"
        "sys.stdout.buffer.write(sbml_document(read_network(kept_files())))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
    assert run.stdout == document


def test_the_order_of_files_does_not_matter(document: bytes) -> None:
    """What is read first is not written first."""
    assert sbml_document(read_network(kept_files()[::-1])) == document


def test_every_link_is_an_address_at_identifiers(document: bytes) -> None:
    """MIRIAM links are of known collections and in their forms; our own IRIs are none of them."""
    links = set(re.findall(r'rdf:resource="([^"]*)"', document.decode()))
    assert len(links) > 200
    assert [each for each in sorted(links) if not ADDRESS.fullmatch(each)] == []


def test_metabolites_and_genes_have_links(network: Network) -> None:
    """Each leads to another database, and so does each reaction with an enzyme that Rhea or EC knows."""
    assert [each.id for each in network.species if not each.links] == []
    assert [each.symbol for each in network.genes if not each.links] == []
    reactions = [each for each in network.reactions if each.origin == "graph" and not each.is_transport]
    assert [each.id for each in reactions if not each.links] == []


def test_species_have_formula_charge_and_place(network: Network, document: bytes) -> None:
    """What a species is made of is what its form says."""
    root = ET.fromstring(document)
    species = {each.get("id"): each for each in root.iter(f"{CORE}species")}
    places = {each.get("id") for each in root.iter(f"{CORE}compartment")}
    assert {each.id for each in network.species} == {id for id in species if id and "_share_" not in id}
    for each in network.species:
        found = species[each.id]
        assert (found.get(f"{FBC}chemicalFormula"), found.get(f"{FBC}charge")) == (
            each.formula,
            str(each.charge),
        )
        assert found.get("compartment") in places


def test_the_scenario_sets_bounds_and_objective(network: Network) -> None:
    """One glucose may enter, and the step asked for is the objective."""
    root = ET.fromstring(sbml_document(network, scenario="gaba"))
    values = {each.get("id"): Decimal(each.get("value") or "") for each in root.iter(f"{CORE}parameter")}
    [glucose] = [
        each
        for each in root.iter(f"{CORE}reaction")
        if each.get("id") == "R_EX_glucose_neutral__blood_plasma"
    ]
    bounds = [values[glucose.get(f"{FBC}{side}FluxBound") or ""] for side in ("lower", "upper")]
    assert bounds == [-1, 0]
    assert [each.get(f"{FBC}reaction") for each in root.iter(f"{FBC}fluxObjective")] == ["R_gaba_release"]


@pytest.mark.parametrize(
    ("scenario", "shares", "message"),
    [
        ("gabba", {}, "There is no scenario 'gabba'. Did you mean gaba?"),
        (None, {"burned": Decimal("0.1")}, "There is no share 'burned'. Did you mean burnt?"),
        (None, {"burnt": Decimal("1.1")}, "The share 'burnt' is 1.1; give a number from 0 to 1."),
        (None, {"burnt": Decimal("NaN")}, "The share 'burnt' is NaN; give a number from 0 to 1."),
    ],
)
def test_what_is_not_there_is_told(
    network: Network, scenario: str | None, shares: dict[str, Decimal], message: str
) -> None:
    """One sentence, with what may have been meant."""
    with pytest.raises(ParameterError, match=re.escape(message)):
        sbml_document(network, scenario=scenario, shares=shares)
