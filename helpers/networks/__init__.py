"""What is known of a network by running it once without numbers: shapes, parameters, multiply-adds, the layer table."""
