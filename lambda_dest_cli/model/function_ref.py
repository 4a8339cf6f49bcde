"""How a function is named on the command line and in API calls."""

import re
from dataclasses import dataclass, replace

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn

LATEST = "$LATEST"

# The patterns of Lambda's own API model (FunctionName, Qualifier), lambda/2015-03-31.
_NAME = re.compile(r"[a-zA-Z0-9-_]{1,64}")
_QUALIFIER = re.compile(r"\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_$]{1,128}")
_ACCOUNT_AND_NAME = 3


@dataclass(frozen=True, order=True, slots=True)
class FunctionRef:
    """A function and one of its qualifiers. ``account`` and ``region`` are empty when the caller left them open."""

    name: str
    qualifier: str = LATEST
    account: str = ""
    region: str = ""
    qualified: bool = False
    """Whether the qualifier was named, rather than left to mean ``$LATEST``."""

    @classmethod
    def parse(cls, text: str, qualifier: str | None = None) -> "FunctionRef":
        """Read ``name``, ``name:qualifier``, ``account:function:name[:qualifier]`` or a full ARN.

        ``qualifier`` is one named beside it; raises UsageProblem when the two disagree or the text is no function.
        """
        account, region, rest = _split_owner(text)
        name, _, embedded = rest.partition(":")
        if not _NAME.fullmatch(name):
            raise UsageProblem(
                f"{text!r} is not a Lambda function",
                "name it as NAME, NAME:QUALIFIER, ACCOUNT:function:NAME or by its ARN",
            )
        if embedded and qualifier and embedded != qualifier:
            raise UsageProblem(f"{text!r} names the qualifier {embedded!r}, and --qualifier says {qualifier!r}")
        chosen = embedded or qualifier or ""
        if (chosen or rest.endswith(":")) and not _QUALIFIER.fullmatch(chosen):
            raise UsageProblem(
                f"{text!r}: {chosen!r} is not a qualifier", "a qualifier is an alias, a version number or $LATEST"
            )
        return cls(name, chosen or LATEST, account, region, qualified=bool(chosen))

    def at(self, qualifier: str) -> "FunctionRef":
        """Give the same function under another qualifier."""
        return replace(self, qualifier=qualifier, qualified=True)

    def __str__(self) -> str:
        return self.name if self.qualifier == LATEST and not self.qualified else f"{self.name}:{self.qualifier}"


def _split_owner(text: str) -> tuple[str, str, str]:
    """Split into (account, region, name[:qualifier])."""
    if text.startswith("arn:"):
        arn = Arn.parse(text)
        kind, _, rest = arn.resource.partition(":")
        if arn.service != "lambda" or kind != "function":
            raise UsageProblem(
                f"{text!r} is an ARN of {arn.service}, not of a Lambda function",
                "a function's ARN reads arn:aws:lambda:REGION:ACCOUNT:function:NAME",
            )
        return arn.account, arn.region, rest
    parts = text.split(":", 2)
    if len(parts) == _ACCOUNT_AND_NAME and parts[1] == "function":
        if not re.fullmatch(r"\d{12}", parts[0]):
            raise UsageProblem(f"{text!r}: the account {parts[0]!r} is not 12 digits")
        return parts[0], "", parts[2]
    return "", "", text
