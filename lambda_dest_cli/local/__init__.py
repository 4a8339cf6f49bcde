"""The embedded AWS: an emulator, plus Lambda's asynchronous invocation as AWS does it."""
