"""Forms that are refused, because the engine answers them wrongly and no rewriting mends them."""

from glutakg.errors import QueryError
from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.tree import TreeRule, parts_of

__all__ = ["RefusedForms"]

_LARGEST = 2**63 - 1
_XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


class RefusedForms(TreeRule):
    """Raises `QueryError` for what cannot be answered right: integers beyond 64 bits in expressions,
    BNODE with an argument, an aggregate within another, and HAVING over a column that SELECT makes.
    """  # noqa: D205

    name = "refused"

    def expression(self, expression: s.Expression) -> s.Expression:
        """Refuse a large integer."""
        if isinstance(expression, s.Literal) and self._is_large(expression):
            raise QueryError(
                f"The integer {expression.text[:40]} is beyond 64 bits, which the engine cannot calculate or "
                "compare with; write it as a double, such as 1e20."
            )
        return super().expression(expression)

    def _is_large(self, literal: s.Literal) -> bool:
        text = literal.text
        if literal.datatype is not None:
            if self.context.iri(literal.datatype) != _XSD_INTEGER:
                return False
            text = text.strip("\"'")
        digits = text.lstrip("+-")
        return digits.isdecimal() and len(digits) > 18 and not -_LARGEST - 1 <= int(text) <= _LARGEST

    def call(self, expression: s.Call) -> s.Expression:
        """Refuse BNODE with an argument."""
        if expression.function == "BNODE" and expression.arguments:
            raise QueryError(
                "BNODE with an argument is not answered right: the engine makes one blank node of a text for "
                'all rows; write BNODE(), or IRI(CONCAT("urn:x:", …)) for a name of your own.'
            )
        return expression

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """Refuse an aggregate within an aggregate."""
        if expression.argument is not None and any(
            isinstance(part, s.Aggregate) for part in parts_of(expression.argument)
        ):
            raise QueryError(
                f"{expression.function} has another aggregate in it, which SPARQL does not allow; make the "
                "inner one in a sub-SELECT: { SELECT … (COUNT(?x) AS ?n) { … } GROUP BY … }."
            )
        return expression

    def solution(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers
    ) -> tuple[s.SelectClause, s.Group, s.Modifiers]:
        """Refuse HAVING over a column that is computed after it."""
        computed = {
            column.variable.name: column.value
            for column in clause.columns or ()
            if column.value is not None and column.variable is not None
        }
        for condition in modifiers.having:
            for part in parts_of(condition):
                if isinstance(part, s.Variable) and part.name in computed:
                    raise QueryError(
                        f"HAVING does not know ?{part.name}, which SELECT makes after it; write the "
                        "aggregate itself, as in HAVING(COUNT(?x) > 1)."
                    )
        return clause, where, modifiers
