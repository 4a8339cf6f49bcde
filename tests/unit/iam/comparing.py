"""How the tests of conditions compare: one key, some values."""

from lambda_dest_cli.iam.circumstances import circumstances
from lambda_dest_cli.iam.conditions import holds
from lambda_dest_cli.iam.document import Condition
from lambda_dest_cli.iam.truth import Truth

KEY = "lds:key"
NEGATION = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}


def truth(operator: str, wanted: str | tuple[str, ...], *found: str, variables: bool = True) -> Truth:
    """Judge one condition against a request that carries these values; none: the key is absent."""
    values = (wanted,) if isinstance(wanted, str) else wanted
    return holds(Condition(operator, KEY, values), circumstances({KEY: found} if found else {}), variables)


def yes(value: bool) -> Truth:
    return Truth.YES if value else Truth.NO
