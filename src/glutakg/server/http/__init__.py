"""HTTP: requests read, formats chosen, problems told, answers as they go out."""
