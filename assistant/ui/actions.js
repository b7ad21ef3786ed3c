// The actions' page. Loaded as js_on_load of each gr.HTML: `element`, `trigger` and `watch` come
// from Gradio. Data attributes and fields are only ever passed on as data.
const { show, opened } = window.ancragePanel;
const shared = (window.ancrageActions = window.ancrageActions || {
  opener: null, opening: false, byKey: false,
});

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-event]");
  if (!button || !element.contains(button)) return;
  const data = button.dataset;
  if (data.event === "action") {
    element.querySelectorAll(".card").forEach((card) => {
      const here = card.contains(button);
      card.classList.toggle("is-open", here);
      card.querySelector("button").setAttribute("aria-pressed", String(here));
    });
    shared.opener = data.id;
    shared.byKey = event.detail === 0;
    shared.opening = true;
    trigger("action", { id: data.id });
  } else if (data.event === "cite") {
    shared.opening = true;
    trigger("cite", { passage: data.passage, start: data.start, end: data.end });
  } else if (data.event === "copy") {
    navigator.clipboard.writeText(data.text);
    const before = button.textContent;
    button.textContent = data.done;
    setTimeout(() => { button.textContent = before; }, 1600);
  } else if (data.event === "back") {
    if (button.closest(".of-action")) {
      shared.opening = true;
      trigger("again", {});
      return;
    }
    const card = document.querySelector(`.card button[data-id="${CSS.escape(shared.opener)}"]`);
    if (card) {
      show(card, "center");
      card.focus({ preventScroll: true });
    }
  }
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const sent = Object.fromEntries(new FormData(form));
  form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  if (form.matches(".step")) trigger("decide", { ...sent, status: form.dataset.status });
  else trigger("edit", sent);
});

watch("value", () => {
  const page = element.querySelector("[lang]");
  if (page) document.documentElement.lang = page.lang;
  if (element.closest("#ancrage-impact")) {
    window.ancrageCharts.find(element);
    return;
  }
  opened(element, shared);
});
