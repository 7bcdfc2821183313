"""What a course is: exercise definitions, lectures as text, and what can be wrong with them."""
