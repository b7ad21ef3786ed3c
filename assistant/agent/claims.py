"""What a chat model answers with: claims that refer to evidence by the ids it was given."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Kind = Literal[
    "finding", "behaviour", "quote", "counter", "internal", "journey", "research", "reported"
]
"""The kinds of claims that a model may make; limits are said by what computed them."""


class Quoted(BaseModel):
    """The words of a passage that a claim stands on."""

    model_config = ConfigDict(extra="forbid")

    passage: str = Field(description="The id of the passage, such as p3.")
    quote: str = Field(description="Words of that passage, copied exactly, one sentence at most.")


class Said(BaseModel):
    """One sentence, and the evidence that carries it."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    text: str = Field(description="One sentence, without ids and without quotation marks.")
    citations: list[Quoted]
    facts: list[str] = Field(description="Ids of facts, such as f2.")


class Claims(BaseModel):
    """The answer: its sentences in the order in which they are read, the lead first."""

    model_config = ConfigDict(extra="forbid")

    claims: list[Said]


LONGEST_SHORT = 240
"""Characters of a short sentence."""


def _whole(text: str) -> str:
    """Refuse a sentence that is cut off where no more of it had room."""
    if len(text) >= LONGEST_SHORT - 1 and text[-1:] not in ".!?…»”":
        raise ValueError("it is not finished")
    return text


class Short(BaseModel):
    """One sentence of a model that holds little, and the id of the sentence that it repeats."""

    model_config = ConfigDict(extra="forbid")

    sentence: str
    text: Annotated[str, AfterValidator(_whole)]


def brief_schema(ids: list[str], most: int) -> dict[str, Any]:
    """The schema of up to ``most`` short sentences that name none but these ids."""
    short = Short.model_json_schema()
    short["properties"]["sentence"] |= {"enum": ids or ["none"]}
    short["properties"]["text"] |= {"minLength": 1, "maxLength": LONGEST_SHORT}
    claims = {"type": "array", "items": short, "minItems": 1, "maxItems": most}
    return {
        "title": "Brief",
        "type": "object",
        "properties": {"claims": claims},
        "required": ["claims"],
        "additionalProperties": False,
    }


def schema(passages: list[str], facts: list[str], most: int) -> dict[str, Any]:
    """The schema of ``Claims`` whose ids can be none but these.

    For a model that is asked once, without tools: a server that decodes by a schema then cannot
    make it write an id that does not exist.
    """
    found = Claims.model_json_schema()
    defined = found["$defs"]
    defined["Quoted"]["properties"]["passage"] = {"type": "string", "enum": passages or ["none"]}
    defined["Said"]["properties"]["facts"]["items"] = {"type": "string", "enum": facts or ["none"]}
    defined["Said"]["properties"]["facts"]["maxItems"] = 4
    defined["Said"]["properties"]["citations"]["maxItems"] = 3
    found["properties"]["claims"]["maxItems"] = most
    found["properties"]["claims"]["minItems"] = 1
    return found
