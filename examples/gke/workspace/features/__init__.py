"""Features of documents."""
