"""A made-up company's OpenAI: costs, usage, projects and keys, answered as OpenAI answers them.

Covers every operation of the costs and usage part of OpenAI's specification of 2026-08-21, under
`/v1`. Days are UTC; buckets without rows are there, empty; the answers never name the organisation.
"""

import re
from collections.abc import Iterable, Iterator, MutableMapping
from datetime import date

from ecot.sandbox import exact_json
from ecot.sandbox.company import MANAGEMENT_SCOPE, USAGE_SCOPE, Organisation
from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.openai import lists
from ecot.sandbox.openai.access import Access, admitted, company_keys
from ecot.sandbox.openai.pages import Result, cost_results, page, usage_results
from ecot.sandbox.openai.query import COSTS, USAGE, Query, Refused
from ecot.sandbox.openai.window import Window, read_window
from ecot.sandbox.truth import Truth

ROOT = "/v1/organization"
KEYS_OF_PROJECT = re.compile(r"/projects/([^/]+)/api_keys")


class OpenAISite:
    """Serves a truth as OpenAI would; `keys` may be changed at any time.

    Take a key out of `keys` to revoke it and put it back to repair it. With `amounts_as_strings`
    every `amount.value` is a string (seen live 2026-05-16), else an exact number.
    """

    def __init__(
        self,
        truth: Truth,
        keys: MutableMapping[str, Access] | None = None,
        amounts_as_strings: bool = False,
    ) -> None:
        self.truth = truth
        self.keys = company_keys(truth.company) if keys is None else keys
        self.amounts_as_strings = amounts_as_strings

    def answer(self, request: Request, /) -> Response:
        """OpenAI's answer, or its refusal with a true error body."""
        try:
            return json_response(self._content(request))
        except Refused as refusal:
            return json_response({"error": refusal.error}, refusal.status)

    def _content(self, request: Request) -> Result:
        path = request.path.removeprefix(ROOT)
        read = path == "/costs" or path.startswith("/usage/")
        scope = USAGE_SCOPE if read else MANAGEMENT_SCOPE
        access = admitted(request, self.keys, scope)
        organisation = self.truth.company.organisation(access.organisation_id)
        if request.method != "GET" or path == request.path:
            raise _no_such(request)
        feeds = self._bucketed if read else self._listed
        return feeds(path, organisation, request)

    def _bucketed(self, path: str, organisation: Organisation, request: Request) -> Result:
        kind = path.removeprefix("/usage/")
        feed = COSTS if path == "/costs" else USAGE.get(kind)
        if feed is None:
            raise _no_such(request)
        window = read_window(feed, Query(request), self.truth.now())

        def results(day: date, start: int, end: int) -> Iterable[Result]:
            if feed is COSTS:
                return self._costs(organisation, window, day)
            rows = self.truth.usage_between(organisation, kind, day, start, end)
            return usage_results(feed, window, rows)

        return page(window, results)

    def _costs(self, organisation: Organisation, window: Window, day: date) -> Iterator[Result]:
        for row in cost_results(COSTS, window, self.truth.costs(organisation, day)):
            amount = row["amount"]
            if self.amounts_as_strings and isinstance(amount, dict):
                amount["value"] = exact_json.plain(amount["value"])
            yield row

    def _listed(self, path: str, organisation: Organisation, request: Request) -> Result:
        company, query = self.truth.company, Query(request)
        if path == "/projects":
            return lists.projects(organisation, query, self.truth.now().date())
        if keys := KEYS_OF_PROJECT.fullmatch(path):
            return lists.api_keys(organisation, keys[1], query)
        if path == "/admin_api_keys":
            return lists.admin_api_keys(company, organisation, query)
        if path == "/spend_limit":
            return lists.spend_limit(organisation, query)
        raise _no_such(request)


def _no_such(request: Request) -> Refused:
    return Refused(f"Invalid URL ({request.method} {request.path})", status=404)
