"""All that an instructor runs: exercise definitions, the build, grading, reports. Never imported by a student's notebook."""

__version__ = "0.1.0"
