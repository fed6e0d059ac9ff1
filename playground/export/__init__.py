"""What a visitor takes along: the script, the notebook, the numbers and the page itself."""
