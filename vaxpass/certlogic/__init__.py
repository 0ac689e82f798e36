"""CertLogic 1.3.3, the language of the EU DCC business rules: validates, evaluates, compiles, analyses.

    from vaxpass.certlogic import evaluate

    evaluate({"===": [{"var": "payload.t.0.tr"}, "260415000"]}, {"payload": {...}})

This package uses nothing else of the library. Expressions come from files of unknown origin: no text of
them becomes program text (see `compiler`), and the work for each is limited (see `limits`).
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
