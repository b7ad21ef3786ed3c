"""One action as HTML: evidence, mechanism, trial, what came of it, and the decisions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.actions.life import EFFORTS, PLACES
from assistant.ui.actions import owner
from assistant.ui.answer import folded_fact, lang_attribute, value_in_words
from assistant.ui.charts.impact import concerned
from assistant.ui.safe import esc
from assistant.ui.themes import label_of
from assistant.ui.words import UiLanguage, day, number, say, share
from assistant.words import words
from corpus.codebook import Codebook

Json = Mapping[str, Any]

STEPS: Mapping[str, tuple[str, ...]] = {
    "proposed": ("accepted", "running", "dismissed"),
    "accepted": ("running", "dismissed"),
    "running": ("measured", "dismissed"),
    "measured": ("measured", "dismissed"),
    "dismissed": ("accepted",),
}
"""The decisions that the page offers next."""


def nothing(language: UiLanguage) -> str:
    """The panel before any action is opened."""
    return (
        f'<div lang="{language}"><h2 class="panel-title" tabindex="-1">'
        f"{esc(say(language, 'action_title'))}</h2>"
        f'<p class="panel-hint">{esc(say(language, "action_nothing"))}</p></div>'
    )


def opened(
    language: UiLanguage, codebook: Codebook, found: Json, trouble: str = "", done: str = ""
) -> str:
    """The panel of one action; ``trouble`` says why something was not done, ``done`` what was."""
    (action,) = found["actions"]
    note = f'<p class="note note-error" role="alert">{esc(trouble)}</p>' if trouble else ""
    note += f'<p class="note" role="status">{esc(done)}</p>' if done else ""
    parts = "".join(_parts(language, codebook, action, found))
    status = f"action_{action['status']}"
    return (
        f'<article class="action" lang="{language}" data-id="{esc(action["id"])}">'
        f'<h2 class="panel-title" tabindex="-1">{esc(action.get("title") or action["id"])}</h2>'
        f'<p class="kind-line"><span class="badge kind-journey">'
        f"{esc(say(language, status))}</span>"
        f"<span>{esc(label_of(language, codebook, action['cause']))}</span></p>{note}"
        f"{parts}{_decide(language, action)}{_edit(language, action)}"
        f'<div class="panel-end"><button type="button" class="plain back" data-event="back">← '
        f"{esc(say(language, 'back_actions'))}</button></div></article>"
    )


def _parts(language: UiLanguage, codebook: Codebook, action: Json, found: Json) -> Iterator[str]:
    if action["not_now"]:
        why = say(language, f"not_now_{action['not_now']}")
        yield f'<p class="note">{esc(why)}</p>'
    if action["reason"]:
        yield f'<p class="note">{esc(action["reason"])}</p>'
    if action["outcome"]:
        yield _section(language, "action_outcome", _outcome(language, codebook, action))
    if not action.get("does"):
        return
    yield f'<p class="passage-text">{esc(action["does"])}</p>'
    yield _section(language, "action_evidence", _evidence(language, action, found))
    need = f"<p>{esc(action['need'])}</p>"
    yield _section(language, "action_need", need)
    yield _section(language, "impact", _weighs(language, action))
    behaviour = found["framework"]["behaviours"].get(action["behaviour"], action["behaviour"])
    mechanism = action["mechanism"]
    sources = "".join(f"<li>{esc(each)}</li>" for each in mechanism["sources"])
    yield _section(
        language,
        "action_mechanism",
        f"<p><strong>{esc(mechanism['name'])}.</strong> {esc(mechanism['shows'])}</p>"
        f"<p>{esc(say(language, 'action_limits'))} {esc(mechanism['not_shown'])}</p>"
        f'<ul class="sources">{sources}</ul>'
        f"<p><strong>{esc(say(language, 'behaviour'))} {esc(behaviour)}.</strong> "
        f"{esc(action['builds'])}</p>",
    )
    yield _section(language, "action_trial", _trial(language, action))
    yield _section(
        language,
        "action_care",
        _listed(
            (say(language, name), action[name]) for name in ("prerequisites", "risks", "not_when")
        ),
    )


def _section(language: UiLanguage, key: str, body: str) -> str:
    return f'<section><h3 class="small-title">{esc(say(language, key))}</h3>{body}</section>'


def _listed(rows: Any) -> str:
    listed = "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in rows if text)
    return f'<dl class="particulars">{listed}</dl>'


def _evidence(language: UiLanguage, action: Json, found: Json) -> str:
    citations = [each for each in found["citations"] if each["id"] in action["citations"]]
    quotes = "".join(
        f"<li><p{lang_attribute(each['language'])}>{esc(quotation(language, each['quote']))}</p>"
        f'<button type="button" class="plain" data-event="cite" '
        f'data-passage="{esc(each["passage_id"])}" data-start="{each["start"]}" '
        f'data-end="{each["end"]}">{esc(each["source"])} · {esc(day(language, each["date"]))}'
        f"</button></li>"
        for each in citations
    )
    title = "action_asked" if action["request"] else "action_said"
    facts = {fact["id"]: fact for fact in found["facts"]}
    folds = "".join(
        folded_fact(language, "action", at, facts[name], f' lang="{language}"')
        for at, name in enumerate(action["facts"], 1)
        if name in facts
    )
    said = f'<p class="quiet">{esc(say(language, title))}</p><ul class="quotes">{quotes}</ul>'
    return (said if quotes else "") + folds


def quotation(language: UiLanguage, text: str) -> str:
    """A quotation in the page's quotation marks."""
    return words(language).quote(text)


def _weighs(language: UiLanguage, action: Json) -> str:
    """Every part of what it may bring."""
    weighs, causal = action["weighs"], action["causal"]
    rows = [(say(language, "impact"), concerned(language, action["impact"]))]
    if weighs and weighs["touched"]:
        n, of = (number(language, weighs[name]) for name in ("touched", "of"))
        base = say(language, f"base_{weighs['base']}")
        rows.append((say(language, "touched"), say(language, "fact_of", a=n, b=of, base=base)))
    if weighs and weighs["sales"]:
        rows.append((say(language, "sales_lost"), number(language, weighs["sales"])))
    if weighs and weighs["gap"]:
        rows.append((say(language, "gap"), share(language, weighs["gap"], 0)))
    if weighs and weighs["left"]:
        low, high = (number(language, weighs["left"][end]) for end in ("low", "high"))
        rows.append((say(language, "left"), say(language, "fact_interval", low=low, high=high)))
    if weighs and weighs["moment"]:
        rows.append((say(language, "moment"), number(language, weighs["moment"])))
    if weighs:
        rows.append((say(language, "ending"), say(language, "yes" if weighs["ending"] else "no")))
    if causal:
        low, high = (number(language, 100 * causal[end]) for end in ("low", "high"))
        text = say(language, "causal_between", low=low, high=high)
        basis = say(language, f"causal_{causal['from']}")
        rows.append((say(language, "causal"), f"{text} ({basis})"))
    return f"{_listed(rows)}<p>{esc(action['causal_why'])}</p>"


def _trial(language: UiLanguage, action: Json) -> str:
    test = action["test"]
    rows = [(say(language, "kpi"), action["kpi"]),
            (say(language, "design"), say(language, f"design_{test['design']}"))]  # fmt: skip
    if "weeks" in test:
        rows += [
            (say(language, "baseline"), share(language, test["baseline"])),
            (say(language, "detect"), _points(language, test["detect"])),
            (say(language, "sample"), say(language, "per_arm", n=number(language, test["per_arm"]),
                                          weeks=number(language, test["weeks"]))),
        ]  # fmt: skip
    rows.append((say(language, "guardrails"), test["guardrails"]))
    return f"<p>{esc(test['how'])}</p>{_listed(rows)}"


def _points(language: UiLanguage, value: float) -> str:
    sign = "+" if value > 0 else ""
    return say(language, "points", n=f"{sign}{number(language, 100 * value, 1)}")


def _outcome(language: UiLanguage, codebook: Codebook, action: Json) -> str:
    outcome = action["outcome"]
    periods = [
        say(language, "from_to", a=day(language, first), b=day(language, last))
        for first, last in (outcome["after"], outcome["before"])
    ]
    facts = "".join(
        folded_fact(language, "outcome", at, fact, "")
        for at, fact in enumerate(outcome["facts"], 1)
    )
    verdict = say(language, f"verdict_{outcome['verdict']}")
    weak = say(language, f"weak_{outcome['design']}")
    beside = outcome["beside"]
    others = [f"{each['id']} ({day(language, each['started'])})" for each in beside["actions"]]
    others += [_broke(language, codebook, each) for each in beside["breaks"]]
    others += [
        f"{', '.join(fact['about'].values())} {value_in_words(language, fact, fact['value'])}"
        for fact in outcome["facts"]
        if fact["id"] in beside["mix"]
    ]
    listed = "".join(f"<li>{esc(each)}</li>" for each in others)
    also = say(language, "also_changed" if others else "nothing_changed")
    return (
        f"<p><strong>{esc(verdict)}</strong> "
        f"{esc(say(language, 'compared', after=periods[0], before=periods[1]))} "
        f"{esc(weak)}</p>{facts}"
        f'<p class="quiet">{esc(also)}</p><ul class="sources">{listed}</ul>'
    )


def _broke(language: UiLanguage, codebook: Codebook, each: Json) -> str:
    about = each["about"]
    what = label_of(language, codebook, about["theme"]) if "theme" in about else (
        about.get("scale") or say(language, "answers"))  # fmt: skip
    return say(language, "broke", what=what, since=day(language, about["since"]))


# Deciding ------------------------------------------------------------------------------------


def _decide(language: UiLanguage, action: Json) -> str:
    buttons = "".join(_step(language, step) for step in STEPS[action["status"]])
    dates = " · ".join(
        f"{say(language, f'on_{name}')} {day(language, on)}"
        for name, on in action["dates"].items()
        if on
    )
    shown = f'<p class="quiet">{esc(dates)}</p>' if dates else ""
    return _section(language, "decide", f'{shown}<div class="steps">{buttons}</div>')


def _step(language: UiLanguage, status: str) -> str:
    """A decision; what needs a day or a reason asks for it first."""
    label = esc(say(language, f"step_{status}"))
    ask = {
        "running": f"<label><span>{esc(say(language, 'start_on'))}</span>"
        '<input type="date" name="on"></label>'
        f"<label><span>{esc(say(language, 'part'))}</span>"
        f'<input type="text" name="part" maxlength="200" placeholder="'
        f'{esc(say(language, "part_example"))}"></label>',
        "dismissed": f"<label><span>{esc(say(language, 'why_dismissed'))}</span>"
        '<input type="text" name="reason" maxlength="2000" required></label>',
    }.get(status)
    send = f'<button type="submit" class="plain">{label}</button>'
    if ask is None:
        return f'<form class="step" data-status="{status}">{send}</form>'
    return (
        f'<details class="other"><summary>{label}…</summary><form class="step accept" '
        f'data-status="{status}">{ask}{send}</form></details>'
    )


def _edit(language: UiLanguage, action: Json) -> str:
    causal = action["causal"] or {"low": 0.0, "high": 0.0}
    low, high = (f"{100 * causal[end]:.0f}" for end in ("low", "high"))
    shown_owner = owner(language, action["owner"])
    return _section(
        language,
        "edit",
        f'<form class="edit accept">'
        f"{_field(language, 'owner', shown_owner)}"
        f"{_choice(language, 'effort', action['effort'], EFFORTS)}"
        f"{_choice(language, 'place', action['horizon'], PLACES, 'horizon')}"
        f'<label><span>{esc(say(language, "causal_low"))}</span><input type="number" min="0" '
        f'max="100" step="1" name="low" value="{low}"></label>'
        f'<label><span>{esc(say(language, "causal_high"))}</span><input type="number" min="0" '
        f'max="100" step="1" name="high" value="{high}"></label>'
        f"{_field(language, 'part', action['part'] or '')}"
        f'<label class="wide"><span>{esc(say(language, "note"))}</span>'
        f'<textarea name="note" rows="3" maxlength="4000">{esc(action["note"])}</textarea></label>'
        f'<button type="submit" class="plain">{esc(say(language, "save"))}</button></form>',
    )


def _field(language: UiLanguage, name: str, value: str) -> str:
    return (
        f"<label><span>{esc(say(language, name))}</span>"
        f'<input type="text" name="{name}" maxlength="200" value="{esc(value)}"></label>'
    )


def _choice(
    language: UiLanguage, key: str, value: str, values: Sequence[str], name: str = ""
) -> str:
    options = "".join(
        f'<option value="{each}"{" selected" if each == value else ""}>'
        f"{esc(say(language, f'{key}_{each}'))}</option>"
        for each in values
    )
    return (
        f"<label><span>{esc(say(language, key))}</span>"
        f'<select name="{name or key}">{options}</select></label>'
    )
