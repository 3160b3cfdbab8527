"""The canary itself: what is hidden is found wherever it comes out."""

from tests.canary import Canary


def test_what_came_out_is_found_whole_and_in_part() -> None:
    canary = Canary()
    token = canary.hide("ecot_report_k3v9x2ab_Sup3rS3cretSup3rS3cret")
    signed = canary.hide("payload0payload.signature0signature")

    assert canary.found("nothing of it", "ecot_report_k3v9x2ab_…") == []
    assert canary.found(f"GET /collect?token={token}") == ["Sup3rS3cretSup3rS3cret", token]
    assert canary.found("x Sup3rS3cretSup3rS3cret y") == ["Sup3rS3cretSup3rS3cret"]
    assert signed in canary.found(f"link={signed}")
    assert canary.see("text") == "text"
    assert canary.seen == ["text"]
