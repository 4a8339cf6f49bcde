"""One spec on its way: where it is applied, what is there, and the part of the report that grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.model.configuration import FunctionState
from lambda_dest_cli.model.fleet import Part
from lambda_dest_cli.model.spec import FunctionSpec, Spec


@dataclass(frozen=True, slots=True)
class Draft:
    """A spec, the AWS that it is about, and its part. ``states`` are the functions that could be read."""

    spec: Spec
    aws: Aws
    part: Part
    states: Mapping[str, FunctionState] = field(default_factory=dict)
    words: tuple[Sequence[str], Sequence[str]] = ((), ())
    """The options that lead lds, and the AWS CLI, to the same account and region."""
    wanted: Mapping[str, FunctionSpec] = field(default_factory=dict)
    """The functions that were chosen, by name."""
