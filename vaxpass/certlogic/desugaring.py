"""`or`, which is no operation of CertLogic but occurs in rules, in terms of `if`."""

from __future__ import annotations

from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.limits import check_size
from vaxpass.certlogic.values import Json


def desugar(expression: Json) -> Json:
    """The expression with every `or` of P and others as `if(P, P, others)`.

    Its value is the first operand that is truthy, else the last, as that of `and` is the first that is
    falsy. The result may be larger than the limits allow; an expression that is so itself comes back
    as it is, for whoever evaluates it to refuse.

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
