"""``lds schema``: the JSON Schema of a spec, for editors."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import LdsCommand, examples
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.result import Text

_EXAMPLES = """
Examples:
  lds schema > lds.schema.json
"""


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.pass_obj
def command(context: Context) -> "Text":
    """Print the JSON Schema of a spec.

    An editor that speaks YAML completes and checks a spec whose first line names the file:
    # yaml-language-server: $schema=lds.schema.json
    """
    context.command = "schema"
    from lambda_dest_cli.model.result import Text
    from lambda_dest_cli.spec import schema_text

    return Text(schema_text())
