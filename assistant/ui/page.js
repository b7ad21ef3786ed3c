// Clicks in the conversation and in the panel. Loaded as js_on_load of each gr.HTML: `element`,
// `trigger` and `watch` come from Gradio. Data attributes are only ever passed on as data.
const { show, opened } = window.ancragePanel;
const shared = (window.ancrage = window.ancrage || { opener: null, byKey: false, opening: false });

const copy = async (button) => {
  const text = button.dataset.text;
  try {
    await navigator.clipboard.writeText(text);
  } catch (refused) {
    const field = document.createElement("textarea");
    field.value = text;
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus({ preventScroll: true });
  }
  const before = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = before; }, 1600);
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-event]");
  if (!button || !element.contains(button)) return;
  const data = button.dataset;
  if (data.event === "cite") {
    document.querySelectorAll(".is-open").forEach((e) => e.classList.remove("is-open"));
    button.classList.add("is-open");
    shared.opener = button;
    shared.byKey = event.detail === 0;
    shared.opening = true;
    trigger("cite", {
      passage: data.passage, start: data.start, end: data.end, number: data.number,
      quote: data.quote,
    });
  } else if (data.event === "fact") {
    const fold = document.getElementById(data.target);
    if (fold) {
      fold.open = true;
      fold.querySelector("summary").focus({ preventScroll: true });
      show(fold, "nearest");
    }
  } else if (data.event === "again") {
    const dates = button.closest(".pick-dates");
    const day = (name) => dates.querySelector(`[name="${name}"]`).value;
    button.closest(".pick").querySelectorAll("details").forEach((menu) => { menu.open = false; });
    shared.again = event.detail === 0;
    trigger("again", {
      turn: button.closest(".reading").dataset.turn, field: data.field, old: data.old,
      value: dates ? `${day("since")}/${day("until")}` : data.value,
    });
  } else if (data.event === "example") {
    trigger("example", { key: data.key });
  } else if (data.event === "edit") {
    trigger("edit", { text: data.text });
    document.querySelector("#ancrage-question textarea").focus();
  } else if (data.event === "rate") {
    trigger("rate", { answer: button.closest(".rating").dataset.answer, verdict: data.verdict });
  } else if (data.event === "copy") {
    copy(button);
  } else if (data.event === "back" && shared.opener && shared.opener.isConnected) {
    show(shared.opener, "center");
    shared.opener.focus({ preventScroll: true });
  }
});

element.addEventListener("submit", (event) => {
  const box = event.target.closest(".rating");
  if (!box) return;
  event.preventDefault();
  const { answer, verdict } = box.dataset;
  trigger("rate", { answer, verdict, comment: new FormData(event.target).get("comment") });
});

// The menus of the chips: one is open at a time, and Escape closes it.
const menus = () => element.querySelectorAll(".pick > details[open]");

element.addEventListener("toggle", (event) => {
  if (!event.target.open || !event.target.matches(".pick > details")) return;
  menus().forEach((menu) => { if (menu !== event.target) menu.open = false; });
}, true);

element.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".pick > details[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

watch("value", () => {
  if (element.closest("#ancrage-panel")) {
    opened(element, shared);
    return;
  }
  window.ancrageCharts.find(element);
  // Gradio names the browser's language; the page is in French or English.
  const log = element.querySelector(".log");
  if (log) document.documentElement.lang = log.lang;
  const turn = element.querySelector(".turn:last-of-type");
  if (element.closest("#ancrage-live") && turn && shared.turn !== turn.id) {
    shared.turn = turn.id;
    show(turn, "start");
    // Who changed a chip by keyboard goes on from the question that is asked again.
    if (shared.again) turn.querySelector(".question").focus({ preventScroll: true });
    shared.again = false;
  }
});
