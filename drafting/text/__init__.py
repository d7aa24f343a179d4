"""The words: changes to them, what differs between them, what a paragraph is called."""
