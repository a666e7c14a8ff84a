"""Writes a query's tree as text that means the same."""

from collections.abc import Iterable, Iterator

from glutakg.sparql import syntax as s

__all__ = ["expression_text", "group_text", "query_text"]

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_STEP = "  "


def query_text(query: s.Query) -> str:
    """Return a query as text, one element to a line.

    >>> from glutakg.sparql.parser import parse
    >>> print(query_text(parse("select*{?a<http://example.org/p>/a 5,[]}limit 1")))
    SELECT *
    WHERE {
      ?a <http://example.org/p>/a 5 .
      ?a <http://example.org/p>/a _:v_1 .
    }
    LIMIT 1
    """
    return "\n".join(_query(query))


def group_text(group: s.Group) -> str:
    """Return a group in its braces."""
    return "\n".join(_group("", group, ""))


def _query(query: s.Query) -> Iterator[str]:
    for name, iri in query.prologue:
        yield f"PREFIX {name} {iri.text}" if name else f"BASE {iri.text}"
    if query.clause is not None:
        yield _select(query.clause)
    elif query.form == "CONSTRUCT" and query.template is not None:
        yield "CONSTRUCT {"
        yield from _triples(query.template, _STEP)
        yield "}"
    elif query.form == "DESCRIBE":
        yield "DESCRIBE " + (" ".join(map(_node, query.targets)) or "*")
    else:
        yield query.form
    yield from (f"FROM {iri.text}" for iri in query.default_graphs)
    yield from (f"FROM NAMED {iri.text}" for iri in query.named_graphs)
    if query.where is not None:
        yield from _group("WHERE ", query.where, "")
    yield from _modifiers(query.modifiers, "")
    if query.data is not None:
        yield from _data(query.data, "")


def _select(clause: s.SelectClause) -> str:
    duplicates = f"{clause.duplicates} " * bool(clause.duplicates)
    columns = "*" if clause.columns is None else " ".join(map(_column, clause.columns))
    return f"SELECT {duplicates}{columns}"


def _column(column: s.Column) -> str:
    if column.value is None:
        assert column.variable is not None
        return f"?{column.variable.name}"
    if column.variable is None:
        return f"({expression_text(column.value)})"
    return f"({expression_text(column.value)} AS ?{column.variable.name})"


def _modifiers(modifiers: s.Modifiers, indent: str) -> Iterator[str]:
    if modifiers.group_by:
        yield f"{indent}GROUP BY {' '.join(map(_column, modifiers.group_by))}"
    if modifiers.having:
        yield f"{indent}HAVING {' '.join(f'({expression_text(one)})' for one in modifiers.having)}"
    if modifiers.order_by:
        yield f"{indent}ORDER BY {' '.join(map(_order_key, modifiers.order_by))}"
    if modifiers.limit:
        yield f"{indent}LIMIT {modifiers.limit}"
    if modifiers.offset:
        yield f"{indent}OFFSET {modifiers.offset}"


def _order_key(key: s.OrderKey) -> str:
    if isinstance(key.value, s.Variable) and not key.descending:
        return f"?{key.value.name}"
    return f"{'DESC' if key.descending else 'ASC'}({expression_text(key.value)})"


def _group(opening: str, group: s.Group, indent: str) -> Iterator[str]:
    if not group.elements:
        yield f"{indent}{opening}{{}}"
        return
    yield f"{indent}{opening}{{"
    for element in group.elements:
        yield from _element(element, indent + _STEP)
    yield f"{indent}}}"


def _element(element: s.Element, indent: str) -> Iterator[str]:
    match element:
        case s.Block(triples):
            yield from _triples(triples, indent)
        case s.Filter(condition):
            yield f"{indent}FILTER({expression_text(condition, indent)})"
        case s.Bind(value, variable):
            yield f"{indent}BIND({expression_text(value, indent)} AS ?{variable.name})"
        case s.Data():
            yield from _data(element, indent)
        case s.Optional(group):
            yield from _group("OPTIONAL ", group, indent)
        case s.Minus(group):
            yield from _group("MINUS ", group, indent)
        case s.Lateral(group):
            yield from _group("LATERAL ", group, indent)
        case s.GraphPattern(name, group):
            yield from _group(f"GRAPH {_node(name)} ", group, indent)
        case s.Service(name, group, silent):
            yield from _group(f"SERVICE {'SILENT ' * silent}{_node(name)} ", group, indent)
        case s.Union(groups):
            for index, group in enumerate(groups):
                yield from _group("UNION " * (index > 0), group, indent)
        case s.Group():
            yield from _group("", element, indent)
        case s.SubSelect(clause, where, modifiers, data):
            yield indent + _select(clause)
            yield from _group("WHERE ", where, indent)
            yield from _modifiers(modifiers, indent)
            if data is not None:
                yield from _data(data, indent)


def _data(data: s.Data, indent: str) -> Iterator[str]:
    yield f"{indent}VALUES ({' '.join(f'?{variable.name}' for variable in data.variables)}) {{"
    for row in data.rows:
        yield f"{indent}{_STEP}({' '.join('UNDEF' if value is None else _node(value) for value in row)})"
    yield f"{indent}}}"


def _triples(triples: Iterable[s.Triple], indent: str) -> Iterator[str]:
    for triple in triples:
        predicate = triple.predicate
        verb = f"?{predicate.name}" if isinstance(predicate, s.Variable) else _path(predicate)
        yield f"{indent}{_node(triple.subject)} {verb} {_node(triple.object)} ."


def _node(node: s.Node) -> str:
    match node:
        case s.Variable(name):
            return f"?{name}"
        case s.BlankNode(label):
            return f"_:{label}"
        case s.Literal(text, language, datatype):
            return f"{text}{language}" + (f"^^{datatype.text}" if datatype else "")
    return node.text


def _path(path: s.Path) -> str:
    match path:
        case s.Iri(text):
            return "a" if text == _TYPE else text
        case s.Inverse(inner):
            return f"^{_path_part(inner)}"
        case s.Repeated(inner, times):
            return f"{_path_part(inner)}{times}"
        case s.Sequence(paths):
            return "/".join(map(_path_part, paths))
        case s.Alternative(paths):
            return "|".join(map(_path_part, paths))
    parts = [*map(_path, path.forward), *(f"^{_path(iri)}" for iri in path.backward)]
    return f"!{parts[0]}" if len(parts) == 1 else f"!({'|'.join(parts)})"


def _path_part(path: s.Path) -> str:
    return _path(path) if isinstance(path, s.Iri) else f"({_path(path)})"


def expression_text(expression: s.Expression, indent: str = "") -> str:
    """Return an expression as text; lines after the first are indented."""
    match expression:
        case s.Unary(operator, operand):
            return f"{operator}({expression_text(operand, indent)})"
        case s.Chain(operands, operators):
            first, *rest = (_operand(operand, indent) for operand in operands)
            return first + "".join(f" {op} {text}" for op, text in zip(operators, rest, strict=True))
        case s.In(operand, options, negated):
            listed = ", ".join(expression_text(option, indent) for option in options)
            return f"{_operand(operand, indent)} {'NOT ' * negated}IN ({listed})"
        case s.Call(function, arguments, distinct):
            name = function if isinstance(function, str) else function.text
            listed = ", ".join(expression_text(argument, indent) for argument in arguments)
            return f"{name}({'DISTINCT ' * distinct}{listed})"
        case s.Aggregate(function, argument, distinct, separator):
            text = "*" if argument is None else expression_text(argument, indent)
            ending = f"; SEPARATOR={separator}" if separator else ""
            return f"{function}({'DISTINCT ' * distinct}{text}{ending})"
        case s.Exists(group, negated):
            lines = list(_group("", group, indent))
            return f"{'NOT ' * negated}EXISTS {chr(10).join(lines)[len(indent) :]}"
    return _node(expression)


def _operand(expression: s.Expression, indent: str) -> str:
    text = expression_text(expression, indent)
    return f"({text})" if isinstance(expression, s.Chain | s.In | s.Exists) else text
