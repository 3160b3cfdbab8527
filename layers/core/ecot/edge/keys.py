"""The key that signs cookies and links, on this machine."""

from ecot.edge.deployed import SIGNING_KEY
from ecot.edge.signing_key import key_in as signing_key

__all__ = ["SIGNING_KEY", "signing_key"]
