"""The rows themselves: every field of the model, with where and when each was read."""

from collections.abc import Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from ecot.jobs.query import Question, heads_of
from ecot.model.rows import Balance, Charge, Revenue, Usage, provider_of
from ecot.store.documents import Header, stream_documents
from ecot.store.protocol import Place

_Row = TypeVar("_Row", Charge, Usage, Balance, Revenue)


class Found(NamedTuple, Generic[_Row]):
    """A row, the account and feed it belongs to, and the document it stands in."""

    account: str
    feed: str
    row: _Row
    header: Header


def rows(place: Place, question: Question, kind: type[_Row]) -> Iterator[Found[_Row]]:
    """The rows of one kind, by month, account and day. Rows are streamed, never gathered."""
    for head in heads_of(place.store, question):
        wanted = (one for one in head.documents() if question.first <= one[0] < question.until)
        for header, lines in stream_documents(place.store, head.account, wanted):
            for feed, row in lines:
                if isinstance(row, kind):
                    yield Found(head.account, feed, row, header)


def fields(found: Found[Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Every field of the row's model, with whose it is, and names beside ids."""
    row, provider = found.row, provider_of(found.account)
    return {
        "provider": provider,
        "account": found.account,
        "feed": found.feed,
        **{name: getattr(row, name) for name in row.__struct_fields__},
        "sub_account_name": names.get(f"{provider}/{row.sub_account_id}"),
        "api_key_name": names.get(f"{provider}/{row.api_key_id}"),
        "user_name": names.get(f"{provider}/{row.user}"),
        "first_read": found.header.first_read,
        "evidence": list(found.header.evidence.get(found.feed, ())),
    }
