"""What a student's day needs: predictions, progress, the course map, handing in."""
