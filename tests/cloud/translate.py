"""`python translate.py TEMPLATE OUT`: the template, as SAM translates it.

To be run by the Python of SAM's environment: the translator pins another boto3 than the project.
Nobody is asked over the network; the managed policies that a template may name are not known, and
ours names none.
"""

import json
import sys
from pathlib import Path

from samtranslator.translator.transform import transform  # type: ignore[import-not-found]
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-not-found]


class NoPolicies:
    """Whoever knows the managed policies of AWS: none of them."""

    def load(self) -> dict[str, str]:
        """None."""
        return {}


def main(template: Path, out: Path) -> None:
    """Writes the translation of `template` into `out`."""
    source = yaml_parse(template.read_text(encoding="utf-8"))
    for resource in source["Resources"].values():  # what `sam package` puts in the place of folders
        properties = resource.get("Properties", {})
        for name in {"CodeUri", "ContentUri"} & properties.keys():
            properties[name] = {"Bucket": "artefacts", "Key": "code.zip"}
    usual = source["Globals"]["Function"]
    if "CodeUri" in usual:
        usual["CodeUri"] = {"Bucket": "artefacts", "Key": "code.zip"}
    translated = transform(source, {}, NoPolicies())
    out.write_text(json.dumps(translated, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
