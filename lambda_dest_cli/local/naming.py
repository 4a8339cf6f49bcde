"""Which function a path names: Lambda takes a name, a partial and a full ARN, each with a qualifier or without."""

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.local.constraints import check_qualifier
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.http import Request
from lambda_dest_cli.local.invocation import FunctionKey
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef


def function_key(name: str, request: Request, unqualified: bool = False) -> FunctionKey:
    """Give the function under the qualifier that the path or the query names; raises ApiFault in AWS's words."""
    try:
        ref = FunctionRef.parse(name)
    except UsageProblem as problem:
        words = f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint"
        raise ApiFault(400, "ValidationException", words) from problem
    if ref.region and ref.region != request.region:
        words = f"Functions from '{ref.region}' are not reachable in this region ('{request.region}')"
        raise ApiFault(404, "ResourceNotFoundException", words)
    asked = request.query.get("Qualifier") or ""
    check_qualifier(asked)
    if ref.qualified and asked and asked != ref.qualifier:
        words = "The derived qualifier from the function name does not match the specified qualifier."
        raise ApiFault(400, "InvalidParameterValueException", words)
    if unqualified and ref.qualified:
        words = "The function name must not include a version number or alias."
        raise ApiFault(400, "InvalidParameterValueException", words)
    qualifier = asked or (ref.qualifier if ref.qualified else LATEST)
    return FunctionKey(ref.account or request.account, request.region, ref.name, qualifier)
