"""HTTP: requests read, formats chosen, problems, answers as they go out."""
