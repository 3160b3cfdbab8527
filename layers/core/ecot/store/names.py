"""Names of files: relative, with forward slashes, and inside; the same in a folder and a bucket."""

from posixpath import normpath


def inside(name: str) -> str:
    """The name in its shortest form. Raises ValueError where it does not stay inside."""
    short = normpath(name)
    if short in (".", "..") or short.startswith(("/", "../")) or "\0" in name or not _is_text(name):
        raise ValueError(f"{name!r} is not a name inside the folder")
    return short


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True
