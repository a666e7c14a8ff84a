"""Makes random data and random queries over them, the same for the same seed."""

from random import Random

from glutakg.sparql import scan

__all__ = ["PREFIXES", "in_another_layout", "random_data", "random_query"]

PREFIXES = "PREFIX : <http://example.org/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
_NODES = (":a", ":b", ":c", ":d")
_NOWHERE = ":nowhere"
_PREDICATES = (":p", ":q", ":r")
_GRAPHS = (":g1", ":g2")
_LITERALS = (
    "1",
    "2",
    "10",
    "1.5",
    '"2"^^xsd:double',
    '"1"',
    '"a"',
    '"b"',
    '"a"@en',
    '"b"@fr',
    "true",
    "false",
    '"2020-01-01T00:00:00Z"^^xsd:dateTime',
    '"2020-01-01T00:00:00"^^xsd:dateTime',
    '"2021-01-01T00:00:00"^^xsd:dateTime',
    '"x"^^xsd:integer',
)
_GLUED = frozenset("&|!<>^=+-")
_LOOSE = frozenset("{}()[];,|/")
_VARIABLES = ("?x", "?y", "?z", "?w")


def random_data(seed: int) -> str:
    """Return a small dataset in TriG."""
    random = Random(f"data {seed}")
    lines = [_triples(random, random.randint(3, 9))]
    lines += [f"{graph} {{ {_triples(random, random.randint(0, 5))} }}" for graph in _GRAPHS]
    return PREFIXES + "\n".join(lines)


def _triples(random: Random, count: int) -> str:
    return " ".join(
        f"{random.choice(_NODES)} {random.choice(_PREDICATES)} "
        f"{random.choice(_NODES if random.random() < 0.6 else _LITERALS)} ."
        for _ in range(count)
    )


def random_query(seed: int) -> str:
    """Return a query whose answer does not depend on the order of solutions."""
    return PREFIXES + _Query(Random(f"query {seed}")).text()


def in_another_layout(text: str, seed: int) -> str:
    """Return a query with other spaces, comments and cases of its keywords, where none of them matters."""
    random = Random(f"layout {seed}")
    written, before, end = "", "", 0
    for token in scan(text):
        is_apart = end != token.end - len(token.text)
        is_keyword = token.kind == "word" and token.text not in ("a", "true", "false")
        word = random.choice((token.text.lower(), token.text.upper())) if is_keyword else token.text
        may_part = token.kind != "language" and token.text != "^" and before not in _GLUED
        may_join = token.text in _LOOSE or before in _LOOSE
        gap = " " if is_apart else ""
        if may_part and random.random() < 0.3:
            gap = random.choice((" ", "\n", " # a|b !c\n"))
        elif may_join and random.random() < 0.3:
            gap = ""
        written += gap + word
        before, end = token.text, token.end
    return written


class _Query:
    """A query in the making."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._made = 0

    def text(self) -> str:
        """Return the whole query."""
        random = self._random
        kind = random.random()
        group = self._dataset() + "WHERE " + self._group(2)
        if kind < 0.08:
            return f"ASK {group}"
        if kind < 0.16:
            return f"CONSTRUCT {{ ?x :made ?y }} {group}"
        ordered = random.choice(("", "", f" ORDER BY {self._expression(1)} DESC(?x)"))
        return self._select(group, 2) + (ordered if kind < 0.4 else "")

    def _dataset(self) -> str:
        random = self._random
        if random.random() < 0.9:
            return ""
        graphs = random.sample((*_GRAPHS, _NOWHERE), random.randint(1, 2))
        return "".join(f"FROM {random.choice(('', 'NAMED '))}{graph} " for graph in graphs)

    def _select(self, group: str, depth: int) -> str:
        random = self._random
        kind = random.random()
        if kind < 0.3:
            return f"SELECT * {group}"
        if kind < 0.65:
            columns = random.sample(_VARIABLES, random.randint(1, 3))
            distinct = random.choice(("", "DISTINCT "))
            computed = f" ({self._expression(2)} AS {self._fresh()})" if random.random() < 0.2 else ""
            return f"SELECT {distinct}{' '.join(columns)}{computed} {group}"
        keys = random.sample(_VARIABLES, random.randint(0, 2))
        aggregates = [f"({self._aggregate()} AS {self._fresh()})" for _ in range(random.randint(1, 2))]
        grouped = f" GROUP BY {' '.join(keys)}" if keys else ""
        having = f" HAVING(COUNT(*) {random.choice(('>', '<='))} 1)" if keys and random.random() < 0.2 else ""
        return f"SELECT {' '.join([*keys, *aggregates])} {group}{grouped}{having}"

    def _fresh(self) -> str:
        self._made += 1
        return f"?n{self._made}"

    def _aggregate(self) -> str:
        random = self._random
        kind = random.random()
        distinct = random.choice(("", "", "DISTINCT "))
        if kind < 0.25:
            return f"COUNT({distinct}*)"
        if kind < 0.5:
            return f"COUNT({distinct}{random.choice(_VARIABLES)})"
        if kind < 0.7:
            return f"COUNT({distinct}{self._expression(1)})"
        if kind < 0.8:
            return f"SUM({random.choice(_VARIABLES)})"
        if kind < 0.9:
            return f"{random.choice(('MIN', 'MAX'))}(STRLEN(STR({random.choice(_VARIABLES)})))"
        return f"AVG({random.choice(_VARIABLES)})"

    def _group(self, depth: int) -> str:
        random = self._random
        parts = [self._element(depth) for _ in range(random.randint(1, 3))]
        return "{ " + " ".join(parts) + " }"

    def _element(self, depth: int) -> str:
        random = self._random
        kind = random.random()
        if depth <= 0 or kind < 0.4:
            return self._triple()
        inner = self._group(depth - 1)
        if kind < 0.5:
            return f"OPTIONAL {{ {self._triple()} {inner[1:]}"
        if kind < 0.58:
            return f"{inner} UNION {self._group(depth - 1)}"
        if kind < 0.65:
            return f"MINUS {inner}"
        if kind < 0.73:
            return f"FILTER({self._expression(2)})"
        if kind < 0.79:
            return f"FILTER {random.choice(('', 'NOT '))}EXISTS {inner}"
        if kind < 0.88:
            return f"GRAPH {random.choice(('?g', '?g', '?x', *_GRAPHS, _NOWHERE))} {inner}"
        if kind < 0.92:
            return f"BIND({self._expression(1)} AS {self._fresh()})"
        if kind < 0.96:
            return "{ " + self._select(inner, depth - 1) + " }"
        values = " ".join(random.choice((*_NODES, _NOWHERE, "UNDEF", "1")) for _ in range(2))
        return f"VALUES {random.choice(_VARIABLES)} {{ {values} }}"

    def _triple(self) -> str:
        random = self._random
        subject = random.choice((*_VARIABLES, *_VARIABLES, random.choice(_NODES), _NOWHERE, "[]"))
        node = random.choice((*_VARIABLES, *_VARIABLES, random.choice(_NODES), _NOWHERE, "[]"))
        predicate = random.choice(("?y", *_PREDICATES, *_PREDICATES, *_PREDICATES))
        if random.random() < 0.4:
            predicate = self._path(2)
        kind = random.random()
        if kind < 0.1:
            return f"{subject} {predicate} {node} ; {random.choice(_PREDICATES)} ?z , [ :p ?w ] ."
        if kind < 0.13:
            label = f"_:{self._fresh()[1:]}"
            return f"{subject} {predicate} {label} . {label} {random.choice(_PREDICATES)} {node} ."
        return f"{subject} {predicate} {node} ."

    def _path(self, depth: int) -> str:
        random = self._random
        if depth == 0:
            return random.choice(_PREDICATES)
        kind = random.random()
        inner = self._path(depth - 1)
        if kind < 0.2:
            return f"({inner}|{self._path(depth - 1)})"
        if kind < 0.4:
            return f"({inner}/{self._path(depth - 1)})"
        if kind < 0.55:  # Jena finds no literal at the end of a sequence that is turned round
            return inner if "/" in inner else f"^({inner})"
        if kind < 0.75:
            return f"({inner}){random.choice('*+?')}"
        if kind < 0.9:
            one, other = random.sample(_PREDICATES, 2)
            return random.choice((f"!{one}", f"!({one}|^{other})", f"!(^{one})", f"!({one}|{other})"))
        return inner

    def _expression(self, depth: int) -> str:
        random = self._random
        variable = random.choice(_VARIABLES)
        if depth == 0:
            return random.choice((variable, variable, random.choice(_LITERALS), random.choice(_NODES)))
        kind = random.random()
        one, other = self._expression(depth - 1), self._expression(depth - 1)
        if kind < 0.45:
            return f"({one} {random.choice(('=', '!=', '<', '>', '<=', '>='))} {other})"
        if kind < 0.6:
            return f"({one} {random.choice(('&&', '||'))} {other})"
        if kind < 0.68:
            return f"(!{one})"
        if kind < 0.76:
            return f"BOUND({variable})"
        if kind < 0.84:
            return f"({one} - {other})"
        if kind < 0.9:
            return f"({one} {random.choice(('IN', 'NOT IN'))} ({other}, {self._expression(0)}))"
        if kind < 0.92:
            return f"{random.choice(('', 'NOT '))}EXISTS {self._group(0)}"
        if kind < 0.94:
            return f"IF({one}, {other}, {variable})"
        return random.choice(
            (f"STR({one})", f"isIRI({one})", f"DATATYPE({one})", f"COALESCE({one}, {other})")
        )
