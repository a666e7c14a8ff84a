"""OWL 2 axioms out of RDF triples: the triples by subject, then expressions, then axioms."""
