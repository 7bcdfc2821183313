"""What travels between processes and files: calls, what came of them, and values as JSON."""
