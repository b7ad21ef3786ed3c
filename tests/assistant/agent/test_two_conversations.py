"""Two conversations at once never see each other's turns, with a model or without."""

import json
import threading
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.core import Assistant
from assistant.testing import Body, ScriptedEndpoint, analyst

Ask = Callable[..., Any]

QUESTIONS = (
    ("Pourquoi les clients se plaignent-ils des frais de livraison ?", "Et depuis mars 2026 ?"),
    ("Que disent les clients des vendeurs ?", "Et en février 2026 ?"),
)
"""What each conversation asks; their words tell them apart."""

OWN = ({"frais", "mars"}, {"vendeurs", "février"})

PATIENCE = 60.0

steps = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=5)


def words(text: str) -> set[str]:
    return set(text.lower().replace("?", " ").split())


@settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(steps=steps, with_model=st.booleans())
def test_neither_sees_the_other(
    ask: Ask,
    assistant: Assistant,
    endpoint: ScriptedEndpoint,
    steps: list[tuple[int, int]],
    with_model: bool,
) -> None:
    seen: list[str] = []

    def writing(body: Body) -> str:
        content = str(body["messages"][-1]["content"])
        if "<earlier>" not in content:
            return analyst(body)
        seen.append(content)
        return "no rewriting"

    endpoint.script = [writing]
    name = "ours:1b" if with_model else "none"
    ask(chat_model="none")  # sets the endpoint's address
    ids = [f"talk-{len(assistant.conversations())}-{side}" for side in (0, 1)]
    asked = [[which for where, which in steps if where == side] or [0] for side in (0, 1)]
    # Turn by turn side by side, as long as both have one.
    abreast = threading.Barrier(2)
    failed: list[BaseException] = []

    def talk(side: int) -> None:
        try:
            for number, turn in enumerate(asked[side]):
                if number < min(map(len, asked)):
                    abreast.wait(PATIENCE)
                question = QUESTIONS[side][turn]
                assistant.ask(question, chat_model=name, conversation_id=ids[side], anew=True)
        except BaseException as error:
            abreast.abort()
            failed.append(error)

    threads = [threading.Thread(target=talk, args=(side,)) for side in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    for side in (0, 1):
        turns = assistant.conversation(ids[side])["turns"]
        others = OWN[1 - side]
        for number, turn in enumerate(turns):
            assert turn["question"] in QUESTIONS[side]
            before = turn["answer"]["understood"]["follow_up_of"]
            assert before is None or before in [each["question"] for each in turns[:number]]
            assert not others & words(json.dumps(turn["reading"], ensure_ascii=False))
    # Nor does the model: what it is told of earlier turns is of one conversation.
    for content in seen:
        assert not all(own & words(content.replace('"', " ")) for own in OWN)
