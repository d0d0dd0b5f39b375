"""One module per group of APIs: request in, response out."""
