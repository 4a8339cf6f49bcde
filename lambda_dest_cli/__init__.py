"""Configure, check and watch where AWS Lambda sends the outcome of asynchronous invocations."""

__version__ = "0.1.0"
