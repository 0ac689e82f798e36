"""Business rules of the EU DCC: which certificates a country accepts, as data.

`Rule` is one of them, `RuleSet` what was read together, `vaxpass.rules.reading.read_rules` the way from
bytes to it. The reader is not imported here, because it brings the readers of signed lists along, and
whoever only judges needs none of them.
"""

from __future__ import annotations

from vaxpass.rules.model import Json, Rule, RuleSet, SkippedRule

__all__ = ["Json", "Rule", "RuleSet", "SkippedRule"]
