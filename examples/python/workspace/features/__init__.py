"""The code that is shipped."""
