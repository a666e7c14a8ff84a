"""Why a query has no answer: one module for each kind of cause."""
