"""What a chat model would take, and what it took, as people read it."""

from collections.abc import Mapping
from typing import Any, TextIO

from assistant.cli.output import plain


def show_estimate(planned: Mapping[str, Any], budget: int, out: TextIO) -> None:
    """What would be sent, where to, and what that takes."""
    if not planned["texts"]:
        lines = [f"{planned['chat_model']} has coded every text with this codebook already."]
    else:
        lines = [
            f"{planned['chat_model']} has not coded {planned['texts']:,} texts with version "
            f"{planned['codebook']} of the codebook ({planned['coded_before']:,} it has).",
            f"That is some {planned['tokens']:,} tokens in {planned['requests']:,} requests: "
            f"{planned['prompt_tokens']:,} of prompts, {planned['answer_tokens']:,} of answers.",
            planned["assumption"],
            f"It stops at {budget:,} tokens.",
            f"To {planned['destination']} go those texts, as they are kept (emails, phone and "
            "card numbers replaced), and the codebook; no customer, date, score or segment.",
        ]
    print(plain("\n".join(lines)), file=out)


def show_spent(done: Mapping[str, Any]) -> None:
    """What was spent and what came of it."""
    used = done["used"]
    print(
        f"{used['tokens']:,} of {done['budget']:,} tokens were used in {used['requests']:,} "
        f"requests: {used['prompt_tokens']:,} of prompts, {used['answer_tokens']:,} of answers."
    )
    print(f"{used['coded']:,} texts were coded, with {used['mentions']:,} mentions.")
    if used["dropped"]:
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in used["dropped"].items())
        print(f"Mentions that were dropped: {reasons}.")
    if left := used["malformed"] + used["unanswered"]:
        print(
            f"{left:,} texts are left to the offline coder: {used['malformed']:,} with an answer "
            f"that could not be read, {used['unanswered']:,} with none."
        )
    if used["stopped"]:
        print(plain(f"It stopped early: {used['stopped']}"))
    print(f"{done['coded_share']:.0%} of what people said is coded.")
