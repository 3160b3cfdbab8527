"""What no mail may have is refused before anybody is asked, and nothing else is."""

import msgspec
import pytest

from ecot.errors import SinkRefused
from ecot.sinks.mail.check import check
from tests.sinks.mail.mailing import MESSAGE


@pytest.mark.parametrize(
    "subject",
    [
        "Coûts janvier 2026\u00a0: 1\u202f290,45\u00a0$US (+12,4\u00a0%)",
        "Coûts \u2068janvier\u2069 – 2 à vérifier 📊",
    ],
)
def test_french_spaces_and_signs_are_taken(subject: str) -> None:
    check(msgspec.structs.replace(MESSAGE, subject=subject))


@pytest.mark.parametrize(
    "subject", ["", " ", "a\nb", "a\r\nBcc: x@y.example", "a\u2028b", "\ud83d"]
)
def test_what_would_begin_another_header_is_no_subject(subject: str) -> None:
    with pytest.raises(SinkRefused):
        check(msgspec.structs.replace(MESSAGE, subject=subject))
