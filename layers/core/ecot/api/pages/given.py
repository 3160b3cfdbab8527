"""Answers that browsers are given: a page, a way to another page, a file."""

import base64
from collections.abc import Mapping
from http import HTTPStatus

from ecot.api.pages.policy import policy_of
from ecot.api.sealed import Built

HTML = "text/html; charset=utf-8"


def page(
    body: bytes,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    cookies: tuple[str, ...] = (),
) -> Built:
    """A page of ours."""
    own = {
        "Content-Type": HTML,
        "Content-Security-Policy": policy_of(body),
        # With no-referrer browsers send "Origin: null" with our own forms (fetch.spec.whatwg.org,
        # "append a request Origin header", read 2026-11); to other sites this tells nothing either.
        "Referrer-Policy": "same-origin",
    }
    text = body.decode()
    return Built(status=status, headers=own | dict(headers or {}), cookies=cookies, body=text)


def elsewhere(path: str, cookies: tuple[str, ...] = ()) -> Built:
    """On to another page, to be asked with GET."""
    return Built(status=HTTPStatus.SEE_OTHER, headers={"Location": path}, cookies=cookies)


def file(body: bytes, headers: Mapping[str, str]) -> Built:
    """A file as it is."""
    packed = base64.b64encode(body).decode()
    return Built(status=HTTPStatus.OK, headers=headers, body=packed, is_base64=True)
