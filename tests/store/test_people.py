"""The key of pseudonyms: made once, and never changed by who comes second."""

from ecot.store.people import FOLDER, people_key
from tests.ledger.book import MemoryFiles


class Overtaken(MemoryFiles):
    """Somebody else makes the key in the moment in which this one is put."""

    theirs = b"t" * 32

    def put(self, name: str, body: bytes) -> None:
        super().put(name, self.theirs if name.startswith(FOLDER) else body)


def test_a_ledger_has_one_key_of_its_own() -> None:
    files, other = MemoryFiles(), MemoryFiles()
    key = people_key(files)
    assert len(key) == 32
    assert people_key(files) == key
    assert people_key(other) != key


def test_of_two_that_are_made_at_once_one_stays() -> None:
    assert people_key(Overtaken()) == Overtaken.theirs
