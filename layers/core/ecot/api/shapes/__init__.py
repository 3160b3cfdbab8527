"""The shapes of what is answered, for the description of the interface; the tests hold every answer
against them."""
