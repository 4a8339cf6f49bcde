"""One file a dialect, one line each in ``READERS``. The first that claims a file reads it."""

from lambda_dest_cli.templates.readers import cloudformation, sam, serverless, terraform
from lambda_dest_cli.templates.readers.reader import Reader

READERS: dict[str, Reader] = {
    "sam": sam.READER,
    "serverless": serverless.READER,
    "terraform": terraform.READER,
    "cloudformation": cloudformation.READER,
}
