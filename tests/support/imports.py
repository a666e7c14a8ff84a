"""Imports several ontologies for a test at once, so that one store is built and not one for each."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from glutakg.dataset import imports_as_json
from glutakg.dataset.imported import Import
from glutakg.linking import import_listed

__all__ = ["import_together"]


def import_together(files: Mapping[str, Path], data_dir: Path) -> None:
    """Import files, unchecked, under the names given."""
    wanted = [
        Import(
            name=name,
            source=str(path),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            format="",
            ontology="",
            version="",
            licence="",
            date="",
            triples=0,
            others=(),
            check="unchecked",
            apart=False,
            folder="",
        )
        for name, path in files.items()
    ]
    listed = data_dir.with_name(f"{data_dir.name}-list.json")
    listed.write_text(imports_as_json(wanted), encoding="utf-8")
    import_listed(listed, unchecked=True, data_dir=data_dir)
