"""What a data point of the insights is about: the product that an invoice would name.

An invoice names products ("Kubernetes Clusters"); insights have a SKU ("1-KS-K8SWN-00109") and a
description "as shown on an invoice item". DigitalOcean publishes no list of either. Sure are the
two SKUs and the descriptions of the specification's examples (2026-08) and what others have read
("Container Registry (basic)", 2026); the rest goes by the word that stands in the SKU's family. A
family that says nothing to us is kept word for word: a line of its own, under a name of its own.
"""

import re

_FAMILY = re.compile(r"\d+-(?P<family>.*?)(?:-\d+)?")

# Seen in examples of the specification of 2026-08.
_FAMILIES = {"DO-DROP": "Droplets", "KS-K8SWN": "Kubernetes Clusters"}

_DESCRIPTIONS = (
    ("Spaces (", "Spaces Subscription"),
    ("Container Registry (", "Container Registry"),
)

# Not seen: read as the words that they are.
_WORDS = {
    "APP": "App Platform",
    "APPS": "App Platform",
    "DBAAS": "Database Clusters",
    "DB": "Database Clusters",
    "DOCR": "Container Registry",
    "REGISTRY": "Container Registry",
    "SPACES": "Spaces Subscription",
}


def product(sku: str | None, description: str | None) -> str | None:
    """The product as invoices call it; the SKU's family where nobody knows; None where nothing is
    said."""
    family = _family(sku)
    if family in _FAMILIES:
        return _FAMILIES[family]
    by_text = (name for start, name in _DESCRIPTIONS if (description or "").startswith(start))
    by_word = (_WORDS[word] for word in (family or "").split("-") if word in _WORDS)
    return next(by_text, None) or next(by_word, None) or family or description


def _family(sku: str | None) -> str | None:
    """ "1-DO-DROP-0109" is of the family "DO-DROP"; another form is a family of its own."""
    found = _FAMILY.fullmatch(sku or "")
    return (found["family"] if found else None) or sku
