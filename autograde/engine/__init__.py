"""The grading engine: grades submissions whose code runs in workers, and writes what nbgrader would write.

The worker (helpers.worker) runs student code and knows no exercise; this package holds hidden cases and verdicts and
never runs student code. docs/engine.md describes both sides and the messages between them.
"""
