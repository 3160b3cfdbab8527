"""The product as it runs on AWS: the room `cloud`, the template, and what is built of it."""
