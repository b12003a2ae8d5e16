"""What a paper says: a spaCy pipeline of one component a file."""
