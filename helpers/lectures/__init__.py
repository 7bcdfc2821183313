"""The named data of each lecture: the numbers a notebook works with, without a picture and without an answer."""
