"""What a mail is made of, and the ways it goes out."""
