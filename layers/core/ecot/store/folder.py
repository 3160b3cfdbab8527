"""Files in a folder: the laptop's evidence and site. Each is written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ecot.store.names import inside


class Folder:
    """`Files` below one folder. A name that would leave it raises ValueError."""

    def __init__(self, root: Path, *, mode: int = 0o644) -> None:
        """`mode` is who may read the files: kept answers are the owner's alone, a site is not."""
        self.root = root.resolve()
        self._mode = mode

    def put(self, name: str, body: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
            new = Path(file.name)
            try:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
                new.chmod(self._mode)
                new.replace(path)
            except OSError:
                new.unlink()
                raise

    def get(self, name: str) -> bytes | None:
        path = self._path(name)
        return path.read_bytes() if path.is_file() else None

    def names(self, prefix: str = "") -> Iterator[str]:
        found = (
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_file() and not path.name.startswith(".new-")
        )
        yield from sorted(name for name in found if name.startswith(prefix))

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        path = (self.root / inside(name)).resolve()
        if path == self.root or not path.is_relative_to(self.root):
            raise ValueError(f"{name!r} is not a name inside the folder")
        return path
