"""Which profile of OWL 2 an ontology is in, and what keeps it from others."""
