"""Right answers with one slip in them: does the check see each slip that grading sees, and does it explain it?"""
