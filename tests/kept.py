"""What is kept of answers, in clear: in a file, and in an export, their bytes are base64, in which
nothing that is looked for would ever be found."""

from ecot.store.evidence import read_evidence
from ecot.store.protocol import Files


def kept_answers(files: Files, *, at_least: int = 1) -> list[bytes]:
    """Each kept answer with everything that was asked beside it."""
    found = [read_evidence(files, name) for name in files.names("evidence/")]
    answers = [one.answer for one in found if one is not None]
    assert len(answers) >= at_least
    return [f"{one.endpoint} {dict(one.asked)} ".encode() + one.body for one in answers]
