"""The tables that `parser` runs on, which the parser generator lark makes of `grammar.lark`.

They are made when the package is built; where they are not those of the grammar beside them, which happens
only in a checkout whose grammar was changed since, lark makes them anew.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ARTIFACTS", "Rule", "Tables", "build", "is_built", "load_tables", "made_tables", "requirements"]

ARTIFACTS = ("src/glutakg/sparql/grammar.json",)
"""What the step of the build builds, which git does not keep."""

_LARK = "lark>=1.2,<2"

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = Path(__file__).with_name("grammar.json")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the grammar.

    Attributes:
        symbol: what it makes.
        length: how many symbols it is made of.
        kept: the positions of those that matter.
        name: of what the parser builds of them; empty where they go to the rule around it as they are.
    """

    symbol: str
    length: int
    kept: tuple[int, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Tables:
    """What a parser does in each of its states.

    Attributes:
        actions: for each state, by the symbol that follows: the next state, or `~index` of a rule.
        rules: the rules.
        start: the first state.
        end: the state in which a text is whole.
    """

    actions: tuple[dict[str, int], ...]
    rules: tuple[Rule, ...]
    start: int
    end: int


def load_tables() -> Tables:
    """Return the tables of the grammar."""
    stored = _stored()
    if stored is None:
        stored = made_tables(GRAMMAR.read_text(encoding="utf-8"))
    return Tables(
        tuple(stored["actions"]),
        tuple(Rule(symbol, length, tuple(kept), name) for symbol, length, kept, name in stored["rules"]),
        stored["start"],
        stored["end"],
    )


def requirements() -> list[str]:
    """Return what the build needs: lark, unless the tables are there, as they are in the sdist."""
    return [] if is_built() else [_LARK]


def build() -> None:
    """Keep the tables beside the grammar, unless they are there (`ImportError`: lark is missing)."""
    if _stored() is None:
        made = made_tables(GRAMMAR.read_text(encoding="utf-8"))
        TABLES.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="ascii")


def is_built() -> bool:
    """Tell whether the tables of the grammar are kept beside it."""
    return _stored() is not None


def _stored() -> dict[str, Any] | None:
    """Return the tables beside the grammar; None where they are missing or of another grammar."""
    try:
        stored: dict[str, Any] = json.loads(TABLES.read_bytes())
    except (OSError, ValueError):
        return None
    return stored if stored.get("grammar") == GRAMMAR.read_text(encoding="utf-8") else None


def made_tables(grammar: str) -> dict[str, Any]:
    """Return the tables of a grammar as JSON can hold them, made by lark (`ImportError`: it is missing)."""
    from lark import Lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class NoLexer(Lexer):
        """The tokens come from elsewhere."""

        def __init__(self, conf: object) -> None:
            pass

        def lex(self, *arguments: object) -> Iterator[Any]:
            return iter(())

    made = Lark(grammar, parser="lalr", start="query", lexer=NoLexer, strict=False)
    table = made.parse_interactive().parser_state.parse_conf.parse_table
    texts = {terminal.name: terminal.pattern.value for terminal in made.terminals}
    rules = sorted(
        {
            json.dumps(_rule_as_json(target))
            for row in table.states.values()
            for action, target in row.values()
            if action is not Shift
        }
    )
    numbers = {rule: number for number, rule in enumerate(rules)}
    states = _numbered(table.start_states["query"], table.states, Shift)
    actions: list[dict[str, int]] = []
    for state in states:
        row: dict[str, int] = {}
        for symbol, (action, target) in sorted(table.states[state].items()):
            number = states[target] if action is Shift else ~numbers[json.dumps(_rule_as_json(target))]
            row[texts.get(symbol, symbol)] = number
        actions.append(row)
    return {
        "grammar": grammar,
        "actions": actions,
        "rules": [json.loads(rule) for rule in rules],
        "start": 0,
        "end": states[table.end_states["query"]],
    }


def _numbered(start: int, rows: Any, shift: object) -> dict[int, int]:
    """Return numbers of the states as a search meets them; those of lark differ each time."""
    numbers = {start: 0}
    waiting = [start]
    for state in waiting:
        for _, (action, target) in sorted(rows[state].items()):
            if action is shift and target not in numbers:
                numbers[target] = len(numbers)
                waiting.append(target)
    return numbers


def _rule_as_json(rule: Any) -> list[Any]:
    name = str(rule.origin.name)
    kept = [
        position
        for position, symbol in enumerate(rule.expansion)
        if not symbol.is_term or rule.options.keep_all_tokens or not symbol.filter_out
    ]
    return [name, len(rule.expansion), kept, "" if name.startswith("_") else str(rule.alias or name)]
