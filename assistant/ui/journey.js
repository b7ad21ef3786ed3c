// The journey's page. Loaded as js_on_load of each gr.HTML: `element`, `trigger` and `watch` come
// from Gradio. Data attributes are only ever passed on as data; the panel has page.js.
const shared = (window.ancrage = window.ancrage || { opener: null, byKey: false, opening: false });

element.addEventListener("click", (event) => {
  const cell = event.target.closest('button[data-event="evidence"]');
  if (!cell || !element.contains(cell)) return;
  element.querySelectorAll(".cell.is-open").forEach((each) => each.classList.remove("is-open"));
  cell.classList.add("is-open");
  shared.opener = cell;
  shared.byKey = event.detail === 0;
  shared.opening = true;
  trigger("evidence", { cell: cell.dataset.cell });
});

// Without data: the page reads the form when the request goes (LAST_CHOSEN in parts.py).
const narrowed = () => {
  document.querySelector("#ancrage-canvas").classList.add("is-waiting");
  trigger("narrow");
};

element.addEventListener("change", (event) => {
  if (event.target.closest(".filters form")) narrowed();
});

element.addEventListener("reset", () => {
  setTimeout(narrowed, 0);
});

watch("value", () => {
  element.closest("#ancrage-canvas")?.classList.remove("is-waiting");
  const page = element.querySelector(".journey");
  if (page) document.documentElement.lang = page.lang;
  const filters = element.querySelector(".filters");
  if (filters && element.closest("#ancrage-filters")) filters.open = false;
});
