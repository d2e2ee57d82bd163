"""Write to your mission: whom to write to, the page that helps with it, how letters reach a mission in measure."""
