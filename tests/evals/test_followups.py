"""The measure of follow-ups, over a pool of four passages."""

import json
from pathlib import Path

import pytest

from evals.followups import dev_tasks, measure, tasks

POOL = {
    "p1": "The lighthouse of Sein was built in 1839 on the island.",
    "p2": "The lighthouse of Sein was destroyed in 1944 and rebuilt.",
    "p3": "Sardines are caught at night, in summer, with round nets.",
    "p4": "Bread keeps for a week in a linen bag.",
}
FIRST = "When was the lighthouse of Sein built?"
TURNS = [FIRST, "And destroyed?", "How long does bread keep?"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    domain = tmp_path / "retrieval_tasks" / "sea"
    domain.mkdir(parents=True)

    def write(path: Path, rows: list[dict]) -> None:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def said(turns: list[str]) -> str:
        return "\n".join(f"|user|: {turn}" for turn in turns)

    write(tmp_path / "passage_pool.jsonl", [{"_id": i, "text": t} for i, t in POOL.items()])
    ids = [f"a<::>{n}" for n in (1, 2, 3)]
    whole = [{"_id": i, "text": said(TURNS[: n + 1])} for n, i in enumerate(ids)]
    write(domain / "sea_questions.jsonl", whole)
    rewrites = [FIRST, "When was the lighthouse of Sein destroyed?", TURNS[2]]
    rows = [{"_id": i, "text": said([t])} for i, t in zip(ids, rewrites, strict=True)]
    write(domain / "sea_rewrite.jsonl", rows)
    qrels = (
        "query-id\tcorpus-id\tscore\na<::>1\tp1\t1\na<::>2\tp2\t1\na<::>3\tp4\t1\na<::>3\tgone\t1\n"
    )
    (domain / "qrels_dev.tsv").write_text(qrels, encoding="utf-8")
    talk = [{"speaker": "user", "text": t} for t in ("Sardines?", "When are they caught?")]
    rows = [
        {
            "conversation_id": name,
            "Multi-Turn": [kind],
            "contexts": [{"document_id": "p3"}],
            "input": talk,
        }
        for name, kind in (("a", "Follow-up"), ("b", "Follow-up"), ("c", "N/A"))
    ]
    write(tmp_path / "mtragun_reference.jsonl", rows)
    return tmp_path


def test_only_what_can_be_found_is_asked_and_nothing_is_in_both_halves(folder: Path) -> None:
    asked = tasks(folder, set(POOL))
    assert [task.turns[-1] for task in asked] == TURNS[:2]
    assert asked[1].turns == tuple(TURNS[:2])
    assert asked[1].rewrite == "When was the lighthouse of Sein destroyed?"
    assert [task.conversation for task in dev_tasks(folder, set(POOL))] == ["b"]


def test_the_forms_are_compared_question_by_question(folder: Path) -> None:
    report = measure(folder, mode="lexical")
    assert (report["questions"], report["of them follow-ups"], report["conversations"]) == (2, 1, 1)
    for form in ("last turn", "resolved", "rewrite"):
        assert report["recall@5"][form]["value"] == 1
    assert report["resolved less last turn"] == {"value": 0, "low": 0, "high": 0}
    dev = measure(folder, mode="lexical", dev=True)
    assert dev["questions"] == 1
    assert dev["recall@5"]["resolved"]["value"] == 1
    assert "rewrite" not in dev["recall@5"]
