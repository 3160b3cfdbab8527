"""Prism on loopback, started once a process, when somebody first asks.

It is what `prism mock --errors` starts, but for many specifications, each at an address of its own:
to load prism takes two seconds, and a specification a fraction of one.
"""

import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.store.servers import NODE, running

_PRISM = """
const { createLogger } = require("@stoplight/prism-core");
const { getHttpOperationsFromSpec } = require("@stoplight/prism-http");
const { createServer } = require("@stoplight/prism-http-server");

const components = { logger: createLogger("mock", { level: "silent" }) };
const config = {
  isProxy: false,
  validateRequest: true,
  validateResponse: true,
  checkSecurity: true,
  errors: true,
  mock: { dynamic: false, ignoreExamples: false },
};

async function serve(path) {
  const operations = await getHttpOperationsFromSpec(path);
  const server = createServer(operations, { cors: true, config, components });
  console.log(await server.listen(0, "127.0.0.1"));
}

require("readline").createInterface({ input: process.stdin })
  .on("line", serve)
  .on("close", () => process.exit());
"""


@cache
def mock_at(specification: Path) -> str:
    """The address of the mock of a specification's file; skips where prism is missing."""
    prism = _prism()
    assert prism.stdin is not None
    assert prism.stdout is not None
    prism.stdin.write(f"{specification}\n")
    prism.stdin.flush()
    address = prism.stdout.readline().strip()
    assert address, f"prism ended, and does not serve {specification}"
    return address


@cache
def _prism() -> subprocess.Popen[str]:
    if not (NODE / "@stoplight" / "prism-cli").exists():
        pytest.skip("prism is not installed: `make test-all` does that")
    return running(["node", "-e", _PRISM], NODE.parent)
