"""The engine of mailings: hands each recipient's message to the relay once, and can say of each what became of it."""
