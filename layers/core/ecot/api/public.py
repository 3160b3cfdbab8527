"""What somebody without a token may see: what is always open, and what its owner made so."""

from ecot.api.rules import Rule
from ecot.edge.setup import Setup


def is_open(rule: Rule, setup: Setup) -> bool:
    """Whether anybody may ask. The settings decide at each request: what they no longer make public
    is closed at once."""
    match rule.open:
        case "always":
            return True
        case "badge":
            return setup.settings.report.badge.public
        case "never":
            return False
