"""Types for fields that may be odd: what cannot be read is absent, and what stands around it is read all the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bot.apizee.answers.links import as_link

T = TypeVar("T")


def _or_absent(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Return `None` for a field that cannot be read: one odd field must not cost the whole answer."""
    try:
        return read(value)
    except ValidationError:
        return None


def _or_zero(value: object, read: ValidatorFunctionWrapHandler) -> object:
    return _or_absent(value, read) or 0


def _or_empty(value: object, read: ValidatorFunctionWrapHandler) -> object:
    return _or_absent(value, read) or ""


def _in_some_zone(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _as_list(value: object) -> object:
    """Return what PHP writes for a list: `null` or an empty object for none, numbered keys for one with gaps."""
    if value is None:
        return []
    if isinstance(value, dict) and all(isinstance(key, str) and key.isdecimal() for key in value):
        return [value[key] for key in sorted(value, key=int)]
    return value


def _one_or_several(value: object) -> object:
    """Return one string or several as a list: Apizee takes lists separated by commas, and gives either."""
    said = _as_list(value)
    listed = said if isinstance(said, list) else [said]
    several = [part.strip() for one in listed if isinstance(one, str) for part in one.split(",")]
    return [part for part in several if part]


def _link(value: str, info: ValidationInfo) -> str:
    """Make text of an address that is not Apizee's, where the address of the API is known."""
    return as_link(value, api=info.context) if info.context else value


def _yes_or_no(value: object) -> object:
    return {"oui": True, "non": False}.get(value, value) if isinstance(value, str) else value


Lenient = Annotated[T | None, WrapValidator(_or_absent)]
Items = Annotated[tuple[Annotated[T | None, WrapValidator(_or_absent)], ...], BeforeValidator(_as_list)]
"""A list in which `None` stands for each item that cannot be read."""
Instant = Annotated[datetime, AfterValidator(_in_some_zone)]
Link = Annotated[str, AfterValidator(_link)]
"""An address for people; the context of the validation is the API's."""
Text = Annotated[str, WrapValidator(_or_empty)]
Several = Annotated[tuple[str, ...], BeforeValidator(_one_or_several)]
Count = Annotated[int, WrapValidator(_or_zero)]
YesOrNo = Annotated[bool | None, BeforeValidator(_yes_or_no), WrapValidator(_or_absent)]


class ApizeeModel(BaseModel):
    """The base of all answers: frozen, with numbers taken for text where text is meant, quiet about its values."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True, validate_by_name=True)


class Position(ApizeeModel):
    """A point on the earth, in degrees."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lng: Annotated[float, Field(ge=-180, le=180, validation_alias=AliasChoices("lng", "lon"))]
