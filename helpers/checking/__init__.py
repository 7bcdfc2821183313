"""What a check is made of: the answer, the examples, the comparison, the explanation, and how it is shown."""
