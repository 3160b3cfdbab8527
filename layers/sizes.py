"""`python layers/sizes.py BUILD`: how large the built layers and functions are, unzipped."""

import sys
from pathlib import Path

MOST_MB = 60.0  # both layers, beyond boto3; Lambda itself takes 250
MEGABYTE = 1_000_000


def megabytes(folder: Path) -> float:
    """The sum of all files in a folder, as Lambda counts them."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEGABYTE


def sizes(build: Path) -> dict[str, float]:
    """MB of each artefact of a build."""
    return {path.name: megabytes(path) for path in sorted(build.iterdir()) if path.is_dir()}


def main(build: Path) -> int:
    """Prints them; 1 where the layers are larger than was promised."""
    found = sizes(build)
    layers = {name: size for name, size in found.items() if name.endswith("Layer")}
    if len(layers) != 2:
        sys.stderr.write(f"There are not two layers in {build}: {', '.join(found) or 'nothing'}\n")
        return 1
    for name, size in found.items():
        sys.stdout.write(f"  {name:<20} {size:8.3f} MB\n")
    whole = sum(layers.values())
    sys.stdout.write(f"  {'both layers':<20} {whole:8.3f} MB   (≤ {MOST_MB:g})\n")
    if whole > MOST_MB:
        sys.stderr.write(f"The layers are larger than {MOST_MB:g} MB unzipped\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
