# The steps of .ci/run, one recipe each. `just` comes with `pip install -e '.[test]'`; `just --list` tells the recipes.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

# Tell the recipes
@default:
    just --list --unsorted

# Do what CI does: install into .venv, then all steps and all tests
ci:
    .ci/run

# Take all steps of CI but the tests
check: lint layout types rooms form slices catalogue validate reason

# Look for faults in the Python code
lint:
    ruff check .

# Compare the layout of the Python code with that of ruff
layout:
    ruff format --check .

# Check the types
types:
    mypy

# Check that no room of the code uses one above it
rooms:
    lint-imports --no-cache

# Compare the form of Turtle and SPARQL files with the canonical one
form:
    glutakg format --check ontology data queries tests/shapes

# Compare the import slices with the table that they are written from
slices:
    glutakg slices --check

# Compare the graph of the catalogue with the headers of the queries
catalogue:
    glutakg catalogue --check

# Check the data against the shapes
validate:
    glutakg validate

# Compare the graph of inferences with what follows
reason:
    glutakg reason --check

# Run tests, all of them or those that you name: just test tests/test_readme.py
test *arguments:
    pytest {{ arguments }}

# Run all tests as CI does, and count the lines that they reach
coverage:
    pytest --cov -n 2 --dist loadfile --no-loadscope-reorder --durations=30 --durations-min=5 -rs

# Write Python, Turtle and SPARQL files in their canonical layout
format:
    ruff check --fix .
    ruff format .
    glutakg format ontology data queries tests/shapes
