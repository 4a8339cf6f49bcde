"""Commands: one file a command. Click and nothing heavy at import; engines are imported inside the command body."""
