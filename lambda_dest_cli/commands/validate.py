"""``lds validate``: what is wrong in files, without credentials and without the network."""

import os
import sys
from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import LdsCommand, examples
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.complaint import Complaint
    from lambda_dest_cli.model.result import Result

_EXAMPLES = """
Examples:
  lds validate template.yaml
  terraform show -json tfplan | lds validate -
  lds validate -o sarif template.yaml serverless.yml > lds.sarif
"""


_STDIN, _STDIN_NAME = "-", "<stdin>"


@click.command(cls=LdsCommand, more_outputs=("sarif", "github"), epilog=examples(_EXAMPLES))
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.pass_obj
def command(context: Context, files: tuple[str, ...]) -> "Result":
    """Find what is wrong with the destinations in files, before a deployment does, or never would.

    It reads specs of its own, CloudFormation and SAM templates, serverless.yml and what 'terraform show -json' prints;
    which of them a FILE is, it tells by what is in it. It needs no credentials and no network. - is standard input.
    """
    context.command = "validate"
    from lambda_dest_cli.errors import ExitCode
    from lambda_dest_cli.model.finding import State
    from lambda_dest_cli.model.report import ValidateReport
    from lambda_dest_cli.model.result import Result, Status
    from lambda_dest_cli.templates import TITLES

    named = tuple(dict.fromkeys(files))
    complaints = tuple(complaint for file in named for complaint in _examined(file))
    report = ValidateReport(named, complaints, TITLES)
    if any(complaint.state is State.FAIL for complaint in complaints):
        return Result(report, Status.FINDINGS, ExitCode.USAGE)
    return Result(report)


def _examined(file: str) -> "tuple[Complaint, ...]":
    """Say all that is wrong in one file."""
    from lambda_dest_cli.spec import examine_tree
    from lambda_dest_cli.templates import examine, is_spec, parse, read_bytes, read_stream
    from lambda_dest_cli.templates.unreadable import Unreadable

    try:
        if file == _STDIN:
            root, twice = parse(_STDIN_NAME, read_stream(_STDIN_NAME, sys.stdin.buffer))
        else:
            root, twice = parse(file, read_bytes(file))
        found = examine_tree(root, os.environ)[1] if is_spec(root) else examine(root)
        return tuple(sorted((*twice, *found), key=lambda each: each.place))
    except Unreadable as problem:
        return (problem.complaint,)
