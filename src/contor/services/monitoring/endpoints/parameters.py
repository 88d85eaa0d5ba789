"""Query parameters that several endpoints share."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

BEGIN = Query(alias="from", description="Start of the period, inclusive: ISO 8601 with an offset.")
END = Query(alias="to", description="End of the period, exclusive: ISO 8601 with an offset.")

Begin = Annotated[AwareDatetime | None, BEGIN]
End = Annotated[AwareDatetime | None, END]
RequiredBegin = Annotated[AwareDatetime, BEGIN]
RequiredEnd = Annotated[AwareDatetime, END]
