"""Functions carried out to other tools: one file a dialect, one line in ``DIALECTS``."""

from lambda_dest_cli.exporters.aws_cli import AWS_CLI
from lambda_dest_cli.exporters.cloudformation import CLOUDFORMATION
from lambda_dest_cli.exporters.dialect import Dialect
from lambda_dest_cli.exporters.sam import SAM
from lambda_dest_cli.exporters.serverless import SERVERLESS
from lambda_dest_cli.exporters.terraform import TERRAFORM

DIALECTS: dict[str, Dialect] = {
    "cloudformation": CLOUDFORMATION,
    "sam": SAM,
    "terraform": TERRAFORM,
    "serverless": SERVERLESS,
    "aws-cli": AWS_CLI,
}
