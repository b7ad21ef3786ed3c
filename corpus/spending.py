"""What chat models took, day by day: kept, so that a restart does not give a day twice."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from corpus import tables as t
from corpus.store import Store


@dataclass(frozen=True, slots=True)
class Spent:
    """The tokens of a day, of all models together."""

    prompt_tokens: int
    answer_tokens: int

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt_tokens + self.answer_tokens


def keep_spent(store: Store, day: str, model: str, prompt: int, answer: int) -> None:
    """Write down one request."""
    with store.writing(changed=()) as connection:
        connection.execute(
            insert(t.spending),
            {"day": day, "model": model, "prompt_tokens": prompt, "answer_tokens": answer},
        )


def spent_on(store: Store, day: str) -> Spent:
    """What was spent on a day (ISO, UTC)."""
    sums = [func.sum(column) for column in (t.spending.c.prompt_tokens, t.spending.c.answer_tokens)]
    with store.reading() as connection:
        row = connection.execute(select(*sums).where(t.spending.c.day == day)).one()
    return Spent(int(row[0] or 0), int(row[1] or 0))
