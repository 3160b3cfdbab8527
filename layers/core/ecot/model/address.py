"""Addresses that a key, or a company's figures, may travel to."""

from ipaddress import ip_address
from urllib.parse import SplitResult


def is_safe(address: SplitResult) -> bool:
    """Whether nobody can listen on the way: https, or http to this machine."""
    if address.scheme == "https":
        return bool(address.hostname)
    return address.scheme == "http" and _is_loopback(address.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
