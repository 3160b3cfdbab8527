"""Secrets in the Parameter Store of AWS, each a SecureString under a path.

Ten names at most go into one call, and ten parameters come in one page (GetParameters and
GetParametersByPath, docs.aws.amazon.com/systems-manager, API reference, read 2026-11). The standard
tier costs nothing and holds 4 KB.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from ecot.cloud.opened import Opened
from ecot.errors import Conflict, SettingsError
from ecot.store.aws import Asking, Unfinished, open_client
from ecot.store.patience import Patience

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient
    from types_boto3_ssm.type_defs import GetParametersByPathRequestTypeDef, ParameterTypeDef

AT_ONCE = 10
MOST_BYTES = 4096


class Dated(NamedTuple):
    """A parameter's name, and when it was changed last (UTC)."""

    name: str
    changed_at: datetime


def open_parameters(path: str) -> "Parameters":
    """The parameters under the path, with the credentials and region that boto3 finds."""
    return Parameters(open_client("ssm", f"ssm:{path}"), path)


class Parameters(Opened):
    """Parameters under one path (`/ecot/NAME`). Names are relative to it: `secrets/NOTION_API_KEY`.
    Safe across threads. Whoever opens it closes it, or uses it in a `with`.

    Every call raises LedgerError for what AWS refuses, StoreUnavailable where it does not answer.
    """

    def __init__(self, client: "SSMClient", path: str, patience: Patience = Patience()) -> None:
        super().__init__(client)
        self._client, self._path = client, path
        self._ask = Asking(f"ssm:{path}", patience)

    def read(self, names: Sequence[str]) -> dict[str, SecretStr]:
        """The values of those that exist among `names`."""
        once = list(dict.fromkeys(names))
        found: dict[str, SecretStr] = {}
        for start in range(0, len(once), AT_ONCE):
            for one in self._some(once[start : start + AT_ONCE]):
                found[self._own(one["Name"])] = SecretStr(one["Value"])
        return found

    def under(self, folder: str) -> dict[str, SecretStr]:
        """The values of all that lie directly in the folder (`secrets`)."""
        pages = self._pages(folder, with_value=True)
        return {self._own(one["Name"]): SecretStr(one["Value"]) for one in pages}

    def listed(self, folder: str) -> list[Dated]:
        """Those that lie directly in the folder, by name. No value is decrypted."""
        pages = self._pages(folder, with_value=False)
        return sorted(
            Dated(self._own(one["Name"]), one["LastModifiedDate"].astimezone(UTC)) for one in pages
        )

    def put(self, name: str, value: SecretStr, *, is_new: bool = False) -> None:
        """Keeps the value, in the place of the one that is there; with `is_new` raises Conflict
        where there is one. Raises SettingsError for a value that is too long."""
        text = value.get_secret_value()
        if len(text.encode()) > MOST_BYTES:
            raise SettingsError(
                "{name} is longer than {most} bytes",
                remedy="No key is: copy it again.",
                name=name,
                most=MOST_BYTES,
            )
        if not self._ask(lambda: self._written(name, text, is_new=is_new)):
            raise Conflict("{name} was kept by somebody else meanwhile", name=name)

    def delete(self, name: str) -> None:
        """Removes it; removing what is not there is no error."""

        def remove() -> None:
            try:
                self._client.delete_parameter(Name=self._full(name))
            except self._client.exceptions.ParameterNotFound:
                pass

        self._ask(remove)

    def _written(self, name: str, text: str, *, is_new: bool) -> bool:
        """Whether it was; False where there is one already. Where the answer to an earlier attempt
        was lost, the value that is there tells whether that one was done."""
        try:
            answer = self._client.put_parameter(
                Name=self._full(name), Value=text, Type="SecureString", Overwrite=not is_new
            )
        except self._client.exceptions.ParameterAlreadyExists:
            return any(one["Value"] == text for one in self._some([name]))
        if "Version" not in answer:
            raise Unfinished("garbled")
        return True

    def _some(self, names: Sequence[str]) -> "Sequence[ParameterTypeDef]":
        wanted = [self._full(name) for name in names]

        def read() -> "Sequence[ParameterTypeDef]":
            answer = self._client.get_parameters(Names=wanted, WithDecryption=True)
            found = answer.get("Parameters", [])
            told = {one["Name"] for one in found} | set(answer.get("InvalidParameters", []))
            if told != set(wanted):
                raise Unfinished("garbled")
            return found

        return self._ask(read)

    def _pages(self, folder: str, *, with_value: bool) -> "Iterator[ParameterTypeDef]":
        request: GetParametersByPathRequestTypeDef = {
            "Path": self._full(folder),
            "WithDecryption": with_value,
            "MaxResults": AT_ONCE,
        }
        while True:

            def read() -> "tuple[list[ParameterTypeDef], str]":
                answer = self._client.get_parameters_by_path(**request)
                if "Parameters" not in answer:
                    raise Unfinished("garbled")
                return answer["Parameters"], answer.get("NextToken", "")

            found, token = self._ask(read)
            yield from found
            if not token:
                return
            request["NextToken"] = token

    def _full(self, name: str) -> str:
        return f"{self._path}/{name}"

    def _own(self, full: str) -> str:
        return full.removeprefix(f"{self._path}/")
