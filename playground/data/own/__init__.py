"""What visitors bring: files are read once, kept in a plain form under the hash of that form, and bounded."""
