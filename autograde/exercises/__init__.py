"""One module per lecture; each exercise stands there whole: oracle, examples, cases, misconceptions, alternatives."""
