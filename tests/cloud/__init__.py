"""The product as it runs on AWS, on loopback."""
