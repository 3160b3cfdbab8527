"""Every place that a ledger can be kept in: SQLite and a folder, or a table and a bucket of AWS as
moto, and as dynalite, imitate it.

`open_place_on("moto", folder)` opens the ledger that belongs to the folder, made where there is
none; again with the same folder, from any process, opens the same. A test that takes
`backend_place` runs on all of them; one that needs more takes `backend` and opens what it likes.
"""

from functools import cache
from hashlib import blake2b
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Literal, overload

import pytest
from boto3.session import Session
from botocore.config import Config

from ecot.store.dynamodb import DynamoStore
from ecot.store.folder import Folder
from ecot.store.patience import Patience
from ecot.store.protocol import Files, Place, Store
from ecot.store.s3 import S3Files
from ecot.store.sqlite import SqliteStore
from tests.store import servers
from tests.store.opened import closed_later

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client

BACKENDS = ("sqlite", "moto", "dynalite")
"""Their names; PARAMS has them as parameters of a test, with the mark of those that need Node."""
PARAMS = ["sqlite", "moto", pytest.param("dynalite", marks=pytest.mark.tools)]

REGION: Literal["eu-west-3"] = "eu-west-3"
_CONFIG = Config(retries={"total_max_attempts": 1})


class _OwnTime(local):
    """A clock for each thread, which only the thread's sleeps move: they take no time, and a server
    that is down is still given up."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


_TIME = _OwnTime()
IMPATIENT = Patience(sleep=_TIME.sleep, clock=_TIME)


@pytest.fixture(params=PARAMS)
def backend(request: pytest.FixtureRequest) -> str:
    """The name of each backend in turn. Its server is started here: what a test forks is to find
    it, and a skip in a forked child would be a failure."""
    name = str(request.param)
    if name != "sqlite":
        address(name)
    return name


@pytest.fixture
def backend_place(backend: str, tmp_path: Path) -> Place:
    """An empty ledger on each backend in turn."""
    return open_place_on(backend, tmp_path / "ledger")


@pytest.fixture
def on_moto(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The name of an empty table and bucket that boto3's own settings lead to."""
    for name, value in {
        "AWS_ENDPOINT_URL": servers.moto(),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)
    open_place_on("moto", tmp_path).store.close()
    return name_of(tmp_path)


def open_place_on(backend: str, folder: Path) -> Place:
    """The folder's ledger on the backend. (dynalite has no S3: its files are moto's.)"""
    return Place(open_store_on(backend, folder), open_files_on(backend, folder))


def open_store_on(backend: str, folder: Path) -> Store:
    """One more connection to the folder's store."""
    if backend == "sqlite":
        return closed_later(SqliteStore(folder / "ledger.sqlite"))
    name = name_of(folder)
    _make_table(backend, name)
    return closed_later(DynamoStore(client("dynamodb", address(backend)), name, IMPATIENT))


def open_files_on(backend: str, folder: Path) -> Files:
    """The folder's files."""
    if backend == "sqlite":
        return Folder(folder / "files")
    name = name_of(folder)
    _make_bucket(name)
    return S3Files(client("s3", servers.moto()), name, patience=IMPATIENT)


def copied(source: Place, target: Place) -> None:
    """Puts everything that is in one ledger into another; the versions are new ones."""
    for partition in source.store.partitions():
        target.store.put_all([(one.key, one.body) for one in source.store.query(partition)])
    for name in source.files.names():
        target.files.put(name, source.files.get(name) or b"")


def name_of(folder: Path) -> str:
    """What the folder's table and bucket are called."""
    return "ecot-" + blake2b(str(folder).encode(), digest_size=12).hexdigest()


def address(backend: str) -> str:
    """Where the backend's DynamoDB listens."""
    return servers.moto() if backend == "moto" else servers.dynalite()


@overload
def client(service: Literal["dynamodb"], url: str) -> "DynamoDBClient": ...
@overload
def client(service: Literal["s3"], url: str) -> "S3Client": ...
def client(service: Literal["dynamodb", "s3"], url: str) -> "DynamoDBClient | S3Client":
    """A client of its own, which takes no settings from the machine."""
    return _session().client(service, endpoint_url=url, config=_CONFIG)


def create_table(client: "DynamoDBClient", name: str) -> None:
    """A table as Ecot's template makes it."""
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@cache
def _session() -> Session:
    """Made once: it reads the descriptions of the services. It holds no connection."""
    return Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)


@cache
def _make_table(backend: str, name: str) -> None:
    maker = client("dynamodb", address(backend))
    try:
        create_table(maker, name)
        maker.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0})
    except maker.exceptions.ResourceInUseException:
        pass  # another process has just made it
    maker.close()


@cache
def _make_bucket(name: str) -> None:
    maker = client("s3", servers.moto())
    try:
        maker.create_bucket(
            Bucket=name,
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
    except maker.exceptions.BucketAlreadyOwnedByYou:
        pass  # another process has just made it
    maker.close()
