"""The worker: runs a submission's cells in a confined process and answers questions about the names they define.

Started as `python -m helpers.worker`. It knows no exercise, no expected value and no solution; whoever asks decides
what the answers are worth.
"""
