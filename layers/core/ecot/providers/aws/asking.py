"""Asking Cost Explorer page by page: paid, counted, capped, said.

"0.01 per request. Please note that if your result set is paginated each page counts as a separate
request" (aws.amazon.com/aws-cost-management/aws-cost-explorer/faqs, 2026). boto3 has no paginator
for it (boto3 issue 4391, 2025-01-15).
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ecot.errors import EcotError, RateLimited, Unavailable
from ecot.model.answer import Answer
from ecot.model.money import text, times
from ecot.model.sentence import Sentence
from ecot.providers.aws.refusals import Refused, problem
from ecot.providers.contract import Options
from ecot.providers.http import Http
from ecot.providers.reading import opened
from ecot.providers.redaction import keepable

if TYPE_CHECKING:
    from ecot.providers.aws.client import CostExplorer

logger = logging.getLogger(__name__)

PAGE_COSTS = Decimal("0.01")  # US dollars, also where the bill is in yuan
FIRST_WAIT_SECONDS, LAST_WAIT_SECONDS = 2.0, 8.0  # before asking again, each twice the one before

_ENOUGH = (
    "{account}: max_pages is reached with {pages} asked for in this run, {cost} USD; {first} to "
    "{last} is left, and what was to be read after it"
)
_MORE = (
    "Collect again: it goes on where it stopped. If it never gets through a month, raise max_pages "
    "of the account in ecot.toml: a page costs 0.01 USD, a month two pages at least."
)
_ASKED = "{account}: pages of Cost Explorer asked for: {pages}, which cost {cost} USD"


class AwsOptions(Options):
    """An AWS account's own settings.

    `profile` is one of this machine's AWS settings, used where there is no access key. `region` is
    the one that questions are signed for. `max_pages` is how many pages a run may pay for."""

    profile: str | None = None
    region: str = "us-east-1"
    max_pages: int = Field(default=20, ge=1)


class Asking:
    """What an account asks in a run: the client, made once, and the pages that were paid for."""

    def __init__(
        self, http: Http, options: AwsOptions, client: "CostExplorer", secrets: tuple[str, ...]
    ) -> None:
        self._http, self._options, self._client, self._secrets = http, options, client, secrets
        self._pages = 0

    async def pages(self, feed: str, question: Mapping[str, Any]) -> AsyncIterator[Answer]:
        """Every page of the answer, in order; a token that leads back is refused."""
        used: set[str] = set()
        asked = dict(question)
        while True:
            answer = self._answer(feed, asked, await self._page(asked))
            page = opened(answer, f"{self._http.account}: {feed}")
            token = page.optional("NextPageToken")
            yield answer
            if token is None:
                return
            if token in used:
                page.refuse(
                    "{source}: {place} leads back to the page {cursor}, or has no end: {part}",
                    cursor=token,
                )
            used.add(token)
            asked = {**question, "NextPageToken": token}

    async def _page(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """One page; asked for again while that may help and there is time."""
        from ecot.providers.aws.client import page_of

        wait = FIRST_WAIT_SECONDS
        while True:
            self._pay(question)
            try:
                return await asyncio.to_thread(page_of, self._client, question)
            except Refused as refused:
                if not refused.passes or wait > min(LAST_WAIT_SECONDS, self._left()):
                    raise problem(self._http, refused, self._secrets) from None
            await self._http.sleep(wait)
            wait *= 2

    def _pay(self, question: Mapping[str, Any]) -> None:
        """Counts a page before it is asked for: one that fails may be charged as well."""
        if self._left() <= 0:
            gone = "{account}: the time for this account is used up"
            remedy = "Collect again: it goes on where it stopped."
            raise Unavailable(gone, remedy=remedy, account=self._http.account)
        if self._pages >= self._options.max_pages:
            days = question["TimePeriod"]
            first, last = days["Start"], date.fromisoformat(days["End"]).toordinal() - 1
            values = {**self._spent, "first": first, "last": date.fromordinal(last)}
            raise RateLimited(_ENOUGH, remedy=_MORE, **values)
        self._pages += 1
        self._http.note = Sentence(_ASKED, self._spent)
        logger.info(_ASKED.format_map(self._spent))

    @property
    def _spent(self) -> dict[str, str]:
        cost = text(times(PAGE_COSTS, Decimal(self._pages)))
        return {"account": self._http.account, "pages": str(self._pages), "cost": cost}

    def _left(self) -> float:
        return self._http.budget.left()

    def _answer(self, feed: str, question: Mapping[str, Any], page: Mapping[str, Any]) -> Answer:
        """The page as JSON: boto3 hands out what it decoded, amounts being the texts they were."""
        asked = f"POST GetCostAndUsage {json.dumps(question, sort_keys=True)}"
        shown = self._http.without_people(keepable(asked.encode(), self._secrets))
        body = json.dumps(page, ensure_ascii=False).encode()
        return Answer(
            feed=feed,
            endpoint=shown.decode(),
            body=self._http.without_people(keepable(body, self._secrets)),
        )


async def asking(http: Http) -> Asking:
    """The account's, made at its first question of a run."""
    if isinstance(http.kept, Asking):
        return http.kept
    try:
        from ecot.providers.aws.client import open_client
    except ModuleNotFoundError as error:
        if error.name not in ("boto3", "botocore"):
            raise
        raise EcotError(
            "{account}: AWS is asked with boto3, which is not installed here",
            remedy="Install it: pip install 'ecot[aws]'",
            account=http.account,
        ) from None
    options = http.options if isinstance(http.options, AwsOptions) else AwsOptions()
    key = access_key(http.key.get_secret_value()) if http.key else None
    try:
        client, secrets = await asyncio.to_thread(
            open_client, http.base_url, options.region, options.profile, key
        )
    except Refused as refused:
        raise problem(http, refused, key or ()) from None
    http.kept = Asking(http, options, client, secrets)
    return http.kept


def access_key(secret: str) -> tuple[str, str]:
    """The id and the secret of an access key, written with a colon between."""
    identity, _, rest = secret.partition(":")
    return identity, rest
