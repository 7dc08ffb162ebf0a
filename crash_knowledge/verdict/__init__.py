"""What the reader of a verdict sees: the card, the annotated dump, and the same as JSON and Markdown."""
