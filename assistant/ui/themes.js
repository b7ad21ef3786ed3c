// The themes' page. Loaded as js_on_load of each gr.HTML: `element`, `trigger` and `watch` come
// from Gradio. Data attributes are only ever passed on as data.
const { narrow, show, opened } = window.ancragePanel;
const shared = (window.ancrageThemes = window.ancrageThemes || {
  opener: null, opening: false, byKey: false, told: new Map(),
});

// What was sent and what came of it, by the key of a mention or a candidate: the page that the
// reader is in the middle of is not drawn anew for it.
const tell = (judge) => {
  const told = shared.told.get(judge.dataset.key);
  if (!told) return;
  const verdict = judge.querySelector(".verdict");
  if (verdict.textContent !== told.text) verdict.textContent = told.text;
  verdict.dataset.state = told.state;
  judge.querySelectorAll("button, select, input").forEach((control) => {
    control.disabled = told.state === "waiting";
  });
  if (told.polarity) {
    judge.querySelectorAll("[data-polarity]").forEach((sign) => {
      sign.setAttribute("aria-pressed", String(sign.dataset.polarity === told.polarity));
    });
  }
};

const tellAll = () => document.querySelectorAll(".judge[data-key]").forEach(tell);

const send = (judge, polarity) => {
  const key = judge.dataset.key;
  shared.told.set(key, { text: judge.dataset.waiting, state: "waiting", polarity: polarity });
  tellAll();
};

const field = (judge, name) => judge.querySelector(`.accept [name="${name}"]`).value;

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-event]");
  if (!button || !element.contains(button)) return;
  const data = button.dataset;
  const judge = button.closest(".judge");
  const other = button.closest(".other");
  if (data.event === "theme") {
    document.querySelectorAll(".theme").forEach((row) => {
      const here = row.contains(button);
      row.classList.toggle("is-open", here);
      row.querySelector("button").setAttribute("aria-pressed", String(here));
    });
    shared.opener = data.theme;
    shared.byKey = event.detail === 0;
    shared.opening = true;
    trigger("theme", { theme: data.theme });
  } else if (data.event === "more") {
    button.disabled = true;
    trigger("more", {});
  } else if (data.event === "back") {
    const row = document.querySelector(`.theme button[data-theme="${CSS.escape(shared.opener)}"]`);
    if (row) {
      show(row, "center");
      row.focus({ preventScroll: true });
    }
  } else if (data.event === "correct") {
    const about = judge.dataset;
    const polarity = data.polarity || about.now;
    if (data.verdict === "polarity") about.now = polarity;
    const sent = {
      key: about.key, passage: about.passage, start: about.start, end: about.end,
      theme: about.theme, verdict: data.verdict, polarity: polarity,
      other: other ? other.querySelector("select").value : "",
    };
    if (other) other.open = false;
    send(judge, polarity);
    trigger("correct", sent);
  } else if (data.event === "discover") {
    trigger("discover", { seed: data.seed });
  } else if (data.event === "judge") {
    const sent = { key: judge.dataset.key, decision: data.decision };
    if (data.decision === "merge") sent.into = other.querySelector("select").value;
    if (data.decision === "accept") {
      for (const name of ["fr", "en", "group"]) sent[name] = field(judge, name);
    }
    send(judge);
    trigger("judge", sent);
  }
});

// The themes to choose from stand once on the page; a choice takes them when it is opened.
element.addEventListener("toggle", (event) => {
  const choice = event.target.matches(".other") && event.target.querySelector("select:empty");
  if (choice) choice.innerHTML = element.querySelector(".all-themes").innerHTML;
}, true);

// Without data: the page reads the form when the request goes (LAST_CHOSEN in parts.py).
const narrowed = () => trigger("narrow");

element.addEventListener("change", (event) => {
  if (event.target.closest(".filters form")) narrowed();
});

element.addEventListener("reset", () => {
  setTimeout(narrowed, 0);
});

let focused = null;
element.addEventListener("focusin", (event) => {
  focused = event.target.dataset.theme || null;
});

watch("value", () => {
  const page = element.querySelector("[lang]");
  if (element.closest("#ancrage-tree")) {
    if (page) document.documentElement.lang = page.lang;
    // A tree drawn anew must not take the place of a keyboard's reader away.
    const row = focused && document.activeElement === document.body
      && element.querySelector(`button[data-theme="${CSS.escape(focused)}"]`);
    if (row) row.focus({ preventScroll: true });
  } else if (element.closest("#ancrage-filters")) {
    const filters = element.querySelector(".filters");
    if (filters && narrow()) filters.open = false;
  } else if (element.closest("#ancrage-effects")) {
    element.querySelectorAll(".effect").forEach((effect) => {
      const before = shared.told.get(effect.dataset.key) || {};
      shared.told.set(effect.dataset.key, {
        text: effect.querySelector(".effect-text").textContent,
        state: effect.dataset.state,
        polarity: before.polarity,
      });
    });
    tellAll();
  } else {
    tellAll();
    opened(element, shared);
  }
});
