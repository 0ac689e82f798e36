"""Checks the form of an expression without evaluating it (CertLogic 1.3.3), and rewrites `or`.

`or` is not an operation of CertLogic but occurs in rules; `desugar` writes it with `if`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.grammar import COMPARISONS, DATE_COMPARISONS, INFIX, is_literal
from vaxpass.certlogic.limits import check_size
from vaxpass.certlogic.times import UNITS
from vaxpass.certlogic.values import Json, integer

_PATH: Final = re.compile(r"[^.]+(\.[^.]+)*")
_COUNTS: Final = {
    "if": 3,
    "!": 1,
    "plusTime": 3,
    "reduce": 3,
    "extractFromUVCI": 2,
    "dccDateOfBirth": 1,
}


def desugar(expression: Json) -> Json:
    """The expression with every `or` of A and B written as `if(A, A, B)`, as in the reference.

    The value of `or` is its first operand that is true, else the last. The result may exceed the
    limits. An expression that exceeds them is returned unchanged; its evaluation then fails.

    >>> desugar({"or": [{"var": "a"}, {"var": "b"}]})
    {'if': [{'var': 'a'}, {'var': 'a'}, {'var': 'b'}]}
    """
    try:
        check_size(expression)
        return _desugar(expression)
    except (CertLogicError, RecursionError):
        return expression


def _desugar(expression: Json) -> Json:
    if isinstance(expression, list):
        return [_desugar(item) for item in expression]
    if isinstance(expression, dict) and len(expression) == 1:
        [(name, operands)] = expression.items()
        if isinstance(operands, list):
            parts = [_desugar(item) for item in operands]
            return _either(parts) if name == "or" and parts else {name: parts}
    return expression


def _either(parts: list[Json]) -> Json:
    result = parts[-1]
    for part in reversed(parts[:-1]):
        result = {"if": [part, part, result]}
    return result


@dataclass(frozen=True, slots=True)
class Issue:
    """A part of an expression and what is wrong with it, in the words of the reference validator.

    >>> validate({"!": [1.5]})[0].message
    '1.5 is a non-integer number'
    """

    expression: Json
    message: str


def validate(expression: Json) -> list[Issue]:
    """What is wrong with the form of an expression; empty where it is well formed. Never raises.

    Every part is checked: operators, numbers of operands, literals and paths.

    >>> [issue.message for issue in validate({"all": []})]
    ['unrecognised operator: "all"']
    """
    try:
        check_size(expression)
        return _validate(expression)
    except CertLogicError as error:
        return [Issue(None, str(error))]
    except RecursionError:
        return [Issue(None, "there is no room left to go so deep")]


def _validate(expression: Json) -> list[Issue]:
    if is_literal(expression):
        return []
    if isinstance(expression, float):
        return [Issue(expression, f"{expression!r} is a non-integer number")]
    if isinstance(expression, list):
        return _all(expression)
    if not isinstance(expression, dict):
        return [Issue(expression, "invalid CertLogic expression")]
    if len(expression) != 1:
        count = len(expression)
        return [Issue(expression, f"expression object must have exactly one key, but it has {count}")]
    [(name, operands)] = expression.items()
    if name == "var":
        return _var(expression, operands)
    if not isinstance(operands, list):
        return [
            Issue(expression, 'operation not of the form { "<operator>": [ <values...> ] }'),
        ]
    if name in INFIX:
        return _infix(expression, name, operands)
    if name in _COUNTS:
        return _fixed(expression, name, operands)
    return [Issue(expression, f'unrecognised operator: "{name}"')]


def _all(expressions: list[Json]) -> list[Issue]:
    return [issue for expression in expressions for issue in _validate(expression)]


def _var(expression: Json, path: Json) -> list[Issue]:
    if not isinstance(path, str):
        return [Issue(expression, 'not of the form { "var": "<path>" }')]
    if path and not _PATH.fullmatch(path):
        return [Issue(expression, f"data access path doesn't have a valid format: {path}")]
    return []


def _infix(expression: Json, name: str, operands: list[Json]) -> list[Issue]:
    count = len(operands)
    if name == "and":
        most, fits, words = count, count >= 2, "at least 2"
        message = f'an "and" operation must have {words} operands, but it has {count}'
    else:
        compares = name in COMPARISONS or name in DATE_COMPARISONS
        most, words = (3, "2 or 3") if compares else (2, "2")
        fits = 2 <= count <= most
        message = f'an operation with operator "{name}" must have {words} operands, but it has {count}'
    issues = [] if fits else [Issue(expression, message)]
    return issues + _all(operands[:most])


def _fixed(expression: Json, name: str, operands: list[Json]) -> list[Issue]:
    count, wanted = len(operands), _COUNTS[name]
    issues = []
    if count != wanted:
        issues.append(Issue(expression, _count_message(name, wanted, count)))
    if name == "!":
        return issues or _validate(operands[0])
    if name in ("if", "reduce"):
        return issues + _all(operands[:3])
    issues += _all(operands[:1])
    if name in ("plusTime", "extractFromUVCI") and count > 1 and integer(operands[1]) is None:
        place = "amount" if name == "plusTime" else "index"
        shown = _shown(operands[1])
        message = f'"{place}" argument (#2) of "{name}" must be an integer, but it is: {shown}'
        issues.append(Issue(expression, message))
    if name == "plusTime" and count > 2 and operands[2] not in UNITS:
        message = (
            f'"unit" argument (#3) of "plusTime" must be a string equal to one of {", ".join(UNITS)},'
            f" but it is: {_shown(operands[2])}"
        )
        issues.append(Issue(expression, message))
    return issues


def _count_message(name: str, wanted: int, count: int) -> str:
    if name == "!":
        return f"a !-operation (logical not/negation) must have exactly 1 operand, but it has {count}"
    article = "an" if name in ("if", "extractFromUVCI") else "a"
    noun = "value/operand" if wanted == 1 else "values/operands"
    return f'{article} "{name}"-operation must have exactly {wanted} {noun}, but it has {count}'


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
