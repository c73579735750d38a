"""The text of a rule to its syntax tree (index-spec section 2), through Python's own parser and a whitelist.

Nothing is ever evaluated. The words are checked before Python's parser sees them, so that what reaches it
is short, shallow and made of the language's own signs; what it makes of them is checked again, node by node.
"""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass, field

from forewatch.analysis.expressions import (
    And,
    Arithmetic,
    ArithmeticOperator,
    Choice,
    Compare,
    ComparisonOperator,
    Expression,
    In,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Truth,
)

MAX_LENGTH = 10_000
MAX_DEPTH = 50
MAX_DIGITS = 18

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![\w.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>'[^'\\\n]*'|"[^"\\\n]*")
      | (?P<sign><=|>=|==|!=|\*(?!\*)|[-+<>()\[\],])""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in", "True", "False"})
_STARTS_AFRESH = frozenset({"and", "or", "in", "<", "<=", ">", ">=", "==", "!=", ","})
_HINTS = {
    "=": "write == to compare",
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`, or != to compare",
    "/": "only + - * are allowed; multiply the other side instead",
    "%": "only + - * are allowed",
    "*": "only + - * are allowed",
    "'": "this quotation mark is never closed",
    '"': "this quotation mark is never closed",
    "is": "write == or !=",
    "None": "a missing answer needs no test: it makes the expression unknown by itself",
}
_COMPARISONS: dict[type[ast.cmpop], ComparisonOperator] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_ARITHMETIC: dict[type[ast.operator], ArithmeticOperator] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


class ExpressionError(ValueError):
    """An expression that cannot be read; `offset` counts characters from 0."""

    def __init__(self, code: str, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.offset = offset
        self.reason = reason


@dataclass(frozen=True)
class Parsed:
    """An expression and where each of its nodes starts, as an offset into the text.

    Equal nodes may stand at several places, so the offsets go by identity.
    """

    expression: Expression
    _offsets: dict[int, int] = field(repr=False)

    def offset(self, node: Expression) -> int:
        return self._offsets.get(id(node), 0)


def parse(text: str) -> Parsed:
    """Return the syntax tree of an expression; names and types are not checked here.

    Raises `ExpressionError` at the first thing that is not part of the language.
    """
    if len(text) > MAX_LENGTH:
        reason = f"the expression has {len(text):,} characters; {MAX_LENGTH:,} are allowed: name parts of it"
        raise ExpressionError("too-long", 0, reason)
    _check_words(text)
    source = re.sub(r"\s", " ", text).lstrip()
    skipped = len(text) - len(source)
    if not source:
        raise ExpressionError("no-expression", 0, "the expression is empty")
    too_nested = ExpressionError(
        "too-nested", skipped, f"parts nest deeper than {MAX_DEPTH}: name some of them"
    )
    try:
        body = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        offset = min(max(0, (error.offset or 1) - 1) + skipped, len(text) - 1)
        reason = "the expression cannot be read from here on: a word or a sign is missing or superfluous"
        raise ExpressionError("syntax", offset, reason) from None
    except (RecursionError, MemoryError):
        raise too_nested from None
    if _depth(body) > MAX_DEPTH:
        raise too_nested
    reader = _Reader(source, skipped)
    return Parsed(reader.read(body), reader.offsets)


def _check_words(text: str) -> None:
    """Refuse foreign signs and words, unbalanced brackets and depth, before anything is parsed."""
    position, previous, run = 0, "", 0
    open_brackets: list[tuple[str, int]] = []
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _foreign(text, position)
        word, kind = match.group(), match.lastgroup
        if kind == "name" and keyword.iskeyword(word) and word not in _WORDS:
            hint = _HINTS.get(word, "only and, or, not, in, comparisons, + - * are")
            raise ExpressionError(
                "not-in-language", position, f"`{word}` is not part of the language; {hint}"
            )
        if kind == "number" and len(word) > MAX_DIGITS + 1:
            reason = f"this number has more than {MAX_DIGITS} digits"
            raise ExpressionError("too-many-digits", position, reason)
        if kind == "text" and previous in ("name", "text"):
            raise ExpressionError("syntax", position, "an operator is missing before this quoted choice")
        run = 0 if word in _STARTS_AFRESH else run + (word in ("+", "-", "*", "not"))
        _match_bracket(word, position, open_brackets)
        if max(run, len(open_brackets)) > MAX_DEPTH:
            reason = f"parts nest deeper than {MAX_DEPTH}: name some of them under `derived`"
            raise ExpressionError("too-nested", position, reason)
        if kind != "space":
            previous = "word" if word in _WORDS else kind or ""
        position = match.end()
    if open_brackets:
        raise ExpressionError("bracket", open_brackets[-1][1], "this bracket is never closed")


def _match_bracket(word: str, position: int, open_brackets: list[tuple[str, int]]) -> None:
    if word in ("(", "["):
        open_brackets.append((word, position))
    elif word in (")", "]") and (not open_brackets or open_brackets.pop()[0] + word not in ("()", "[]")):
        raise ExpressionError("bracket", position, f"no opening bracket belongs to this `{word}`")


def _foreign(text: str, position: int) -> ExpressionError:
    sign = text[position]
    if sign.isdigit() or (sign == "." and text[position + 1 : position + 2].isdigit()):
        reason = "numbers are written like 12 or 0.25, in plain digits"
        return ExpressionError("number-form", position, reason)
    hint = _HINTS.get(sign, "only names, numbers, quoted choices, and, or, not, in, comparisons, + - * are")
    if sign == "*":
        sign = "**"
    return ExpressionError("not-in-language", position, f"`{sign}` is not part of the language; {hint}")


def _depth(root: ast.expr) -> int:
    deepest, waiting = 0, [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(one, depth + 1) for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
    return deepest


class _Reader:
    """Turns Python's syntax tree into ours, remembering where every node starts."""

    def __init__(self, source: str, skipped: int) -> None:
        self._bytes = source.encode()
        self._skipped = skipped
        self.offsets: dict[int, int] = {}

    def read(self, node: ast.expr) -> Expression:
        expression = self._read(node)
        self.offsets.setdefault(id(expression), self._offset(node))
        return expression

    def _read(self, node: ast.expr) -> Expression:
        match node:
            case ast.Name(id=name):
                return Truth(name == "true") if name in ("true", "false") else Name(name)
            case ast.Constant():
                return self._literal(node)
            case ast.BoolOp(op=op, values=values):
                items = tuple(self.read(one) for one in values)
                return And(items) if isinstance(op, ast.And) else Or(items)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.read(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                item = self.read(operand)
                return Number(-item.units, item.scale) if isinstance(item, Number) else Negative(item)
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITHMETIC:
                return Arithmetic(_ARITHMETIC[type(sign)], self.read(left), self.read(right))
            case ast.Compare():
                return self._comparison(node)
        raise self._refusal(node)

    def _comparison(self, node: ast.Compare) -> Expression:
        membership = [isinstance(one, ast.In | ast.NotIn) for one in node.ops]
        if any(membership):
            if len(node.ops) > 1:
                reason = "`in` cannot stand in a chain of comparisons; join two comparisons with `and`"
                raise ExpressionError("in-chain", self._offset(node.comparators[0]), reason)
            options = self._options(node.comparators[0])
            return In(self.read(node.left), options, isinstance(node.ops[0], ast.NotIn))
        sides = [self.read(one) for one in (node.left, *node.comparators)]
        links = []
        for index, sign in enumerate(node.ops):
            link = Compare(_COMPARISONS[type(sign)], sides[index], sides[index + 1])
            self.offsets[id(link)] = self.offsets[id(sides[index])]
            links.append(link)
        return links[0] if len(links) == 1 else And(tuple(links))

    def _options(self, node: ast.expr) -> tuple[Number | Choice | Truth, ...]:
        if not isinstance(node, ast.List):
            reason = "after `in` comes a list of literals in square brackets, like ['none', 'planned']"
            raise ExpressionError("in-list", self._offset(node), reason)
        if not node.elts:
            raise ExpressionError(
                "empty-list", self._offset(node), "this list is empty; nothing is ever in it"
            )
        return tuple(self._option(one) for one in node.elts)

    def _option(self, node: ast.expr) -> Number | Choice | Truth:
        option = self.read(node)
        if not isinstance(option, Number | Choice | Truth):
            reason = "only numbers, quoted choices, true and false can stand in a list"
            raise ExpressionError("in-list", self._offset(node), reason)
        return option

    def _literal(self, node: ast.Constant) -> Number | Choice | Truth:
        match node.value:
            case bool(truth):
                return Truth(truth)
            case str(choice):
                return Choice(choice)
            case int() | float():
                # The float has lost digits already: the source text has not.
                written = self._bytes[node.col_offset : node.end_col_offset].decode()
                whole, _, fraction = written.partition(".")
                fraction = fraction.rstrip("0")
                return Number(int(whole + fraction), len(fraction))
        raise self._refusal(node)

    def _refusal(self, node: ast.expr) -> ExpressionError:
        match node:
            case ast.Call():
                reason = "functions cannot be called; an operator may be missing before the bracket"
            case ast.List() | ast.Tuple():
                reason = "a list stands only after `in` or `not in`"
            case ast.BinOp(op=ast.LShift() | ast.RShift()):
                reason = "`<<` and `>>` are not part of the language; compare with < or >"
            case ast.Subscript():
                reason = "square brackets stand only after `in` or `not in`"
            case _:
                reason = "this is not part of the language"
        return ExpressionError("not-in-language", self._offset(node), reason)

    def _offset(self, node: ast.expr) -> int:
        return self._skipped + len(self._bytes[: node.col_offset].decode())
