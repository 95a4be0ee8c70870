"""Reading a programme for its pages."""
