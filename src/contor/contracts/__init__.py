"""The words services share: messages and frames, plain data only."""

from pydantic import BaseModel, ConfigDict


class Data(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)
