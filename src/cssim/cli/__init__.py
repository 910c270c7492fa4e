"""The command `cssim`, one module per command: parse, call, print; nobody else prints."""
