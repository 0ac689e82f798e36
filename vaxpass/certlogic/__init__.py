"""CertLogic 1.3.3, the language of the EU DCC's business rules: validate, evaluate, compile.

    from vaxpass.certlogic import evaluate

    evaluate({"===": [{"var": "payload.t.0.tr"}, "260415000"]}, {"payload": {...}})

This package stands alone: it knows nothing of certificates or rules. Expressions come from files of
other people; none of their text ever becomes program text (see `vaxpass.certlogic.compiler`), and all
work on them is bounded (`vaxpass.certlogic.limits`).
"""

from vaxpass.certlogic.analysis import Decision, Operand, breakpoints, decide
from vaxpass.certlogic.compiler import FAILED, Compiled, Failed, compile_all
from vaxpass.certlogic.errors import CertLogicError
from vaxpass.certlogic.evaluator import evaluate
from vaxpass.certlogic.validation import Issue, desugar, validate
from vaxpass.certlogic.values import Json, Moment, Value

__all__ = [
    "FAILED",
    "CertLogicError",
    "Compiled",
    "Decision",
    "Failed",
    "Issue",
    "Json",
    "Moment",
    "Operand",
    "Value",
    "breakpoints",
    "compile_all",
    "decide",
    "desugar",
    "evaluate",
    "validate",
]
