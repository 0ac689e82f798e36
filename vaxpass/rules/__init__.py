"""Business rules of the EU DCC: which certificates a country accepts (EU DCC business rules 1.3).

    from vaxpass.rules import RuleBook, read_rules

    rules = read_rules(data, source="my rules", pins=pins)
    verifier = Verifier(trust, rules=RuleBook(rules))
    verdict = verifier.verify(text, at=now, destination="AT")
    for each in verdict.explanations():
        print(each.rule.identifier, each.reason.code, each.message("en"))

`read_rules` reads a `RuleSet` from any published form. A `RuleBook` applies it for a verifier; its
answer is an `Admission`. An `Explanation` says why one rule is not met. The logic of a rule is
CertLogic (`vaxpass.certlogic`).
"""

from __future__ import annotations

from vaxpass.codes import RuleCode
from vaxpass.display import Json
from vaxpass.errors import RulesError
from vaxpass.rules.admission import Admission, RuleResult
from vaxpass.rules.book import RuleBook
from vaxpass.rules.explain import Explanation, explain
from vaxpass.rules.forms.native import write as write_rules
from vaxpass.rules.model import Rule, RuleSet, SkippedRule
from vaxpass.rules.reading import LARGEST, is_rules, read_rules
from vaxpass.rules.subject import Subject
from vaxpass.rules.wording import Day, RuleReason, Until, country_name, in_words

__all__ = [
    "LARGEST",
    "Admission",
    "Day",
    "Explanation",
    "Json",
    "Rule",
    "RuleBook",
    "RuleCode",
    "RuleReason",
    "RuleResult",
    "RuleSet",
    "RulesError",
    "SkippedRule",
    "Subject",
    "Until",
    "country_name",
    "explain",
    "in_words",
    "is_rules",
    "read_rules",
    "write_rules",
]
