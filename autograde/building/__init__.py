"""From text notebooks and definitions to all that students open."""
