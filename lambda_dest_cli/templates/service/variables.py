"""``${…}`` of the Serverless Framework: what the same file says is filled in, everything else is a hole."""

import re

from lambda_dest_cli.templates.hole import ACCOUNT, LONGEST, REGION, hole
from lambda_dest_cli.templates.node import Kind, Scalar, Table, at

_INNERMOST = re.compile(r"\$\{([^${}]*)\}")
_SOURCE = re.compile(r"[A-Za-z][\w-]*(\([^()]*\))?:|[A-Za-z][\w-]*\(")
"""``self:``, ``env:``, ``file(./x.yml):``, ``cf(eu-west-1):`` … but not ``AWS::Region`` or a resource's name."""
_PSEUDO = re.compile(r"#\{(AWS::\w+)\}")
"""A plugin's spelling of CloudFormation's pseudo parameters, in texts that are not under Fn::Sub."""
_OF_AWS = {"aws:region": REGION, "aws:accountId": ACCOUNT}
_MOST_ROUNDS = 10


class Variables:
    """The variables of one file."""

    def __init__(self, root: Table) -> None:
        self._root = root

    def read(self, scalar: Scalar) -> str:
        """Give a text with its variables filled in, as far as the file tells."""
        text = _PSEUDO.sub(lambda match: hole(match[1]), scalar.text)
        for _ in range(_MOST_ROUNDS):  # a variable's name, or its value, may have variables in it
            filled = _INNERMOST.sub(self._value, text)
            if filled == text:
                break
            if len(filled) > LONGEST:
                return hole(f"@{scalar.line}@{scalar.column}")
            text = filled
        return text

    def _value(self, match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("AWS::") or not _SOURCE.match(name):
            return match[0]
        if name in _OF_AWS:
            return hole(_OF_AWS[name])
        if name.startswith("self:"):
            found = at(self._root, *name.removeprefix("self:").split("."))
            if isinstance(found, Scalar) and found.kind is not Kind.NULL:
                return found.text
        return hole(re.sub("[\ue010-\ue012]", "", name))
