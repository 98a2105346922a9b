"""Sessions that were found or are listed, page by page, each with its buttons."""
