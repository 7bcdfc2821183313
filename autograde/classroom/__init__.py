"""A class: course folders, hand-ins, grading one answer or all of them."""
