"""Signed values, as the interface uses them: cookies, the links of mails, and forms."""

from ecot.jobs.signing import Kind, Signed, sign, verify

__all__ = ["Kind", "Signed", "sign", "verify"]
