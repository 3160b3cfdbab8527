"""An entry of the settings: an expression of PromQL, what it measures, and what its labels mean.

```toml
[[account.query]]
name = "gateway"
promql = 'sum by (model, team) (increase(gateway_dollars_total[{window}])) > 0'
measures = "cost"
labels = { model = "model", sub_account_id = "team" }
parent = "openai"
```
"""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, model_validator
from pydantic_core import PydanticCustomError

from ecot.model.money import currency
from ecot.model.quantities import QUANTITIES
from ecot.providers.contract import Options

WINDOW = "{window}"  # stands in an expression for the time that is asked about: [{window}]
COST = "cost"
LABEL = "label."  # begins what an answer's `asked` says of labels
LONGEST = 4_000  # of an expression: it travels in the address of a GET, of which servers take 8 KB

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def _checked(code: str, is_fine: Callable[[str], object]) -> AfterValidator:
    """A check whose error has a code, for which settings/problems.py has the sentence."""

    def check(text: str) -> str:
        if not is_fine(text):
            raise PydanticCustomError(code, "not valid")
        return text

    return AfterValidator(check)


def _currency(text: str) -> str:
    try:
        return currency(text)
    except ValueError:
        raise PydanticCustomError("currency", "not valid") from None


def _words(text: str) -> bool:
    return text.isprintable() and text.strip() == text and 0 < len(text) <= 200


Label = Annotated[str, _checked("metric_label", _LABEL.fullmatch)]


class Table(BaseModel):
    """A table inside the account's: it takes no key that it does not know."""

    model_config = Options.model_config


class Labels(Table):
    """Which label of a series holds which dimension. Other labels are summed, and not kept."""

    model: Label | None = None
    user: Label | None = None
    service: Label | None = None
    sub_account_id: Label | None = None
    api_key_id: Label | None = None
    parent: Label | None = None


class Entry(Table):
    """One question a day. `measures` is "cost" or a quantity; `parent` is who bills it, where no
    label says so; `price_list` says where a cost was worked out, and at which prices."""

    name: Annotated[str, _checked("entry_name", _NAME.fullmatch)]
    promql: Annotated[
        str,
        _checked("window", lambda text: WINDOW in text),
        _checked("expression", lambda text: len(text) <= LONGEST),
    ]
    measures: Annotated[str, _checked("measures", lambda text: text in {COST, *QUANTITIES})]
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    labels: Labels = Labels()
    parent: Annotated[str, _checked("provider", _PROVIDER.fullmatch)] | None = None
    price_list: Annotated[str, _checked("words", _words)] | None = None

    @model_validator(mode="after")
    def _money_is_of_a_cost(self) -> "Entry":
        if self.measures != COST and (self.currency or self.price_list):
            raise PydanticCustomError("no_cost", "not valid")
        return self

    @property
    def feed(self) -> str:
        """The stream that it is read as: each is replaced, and fails, alone."""
        return f"query.{self.name}"

    def over_a_day(self) -> str:
        """The expression for the 24 hours before the time that it is asked at."""
        return self.promql.replace(WINDOW, "1d")

    def asked(self) -> dict[str, str]:
        """What the answer does not repeat: with it, it can be read by itself years later."""
        labels = self.labels.model_dump(exclude_none=True)
        said = {
            "measures": self.measures,
            "parent": self.parent,
            **{f"{LABEL}{dimension}": label for dimension, label in labels.items()},
        }
        if self.measures == COST:
            said["currency"] = self.currency or "USD"
            said["price_list"] = self.price_list or f"what {self.name} of Prometheus measures"
        return {name: text for name, text in said.items() if text is not None}
