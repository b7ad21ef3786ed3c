// The list of conversations. Loaded as js_on_load of each gr.HTML: `element`, `trigger` and `watch`
// come from Gradio. Data attributes are only ever passed on as data.
const WAIT = 200; // milliseconds without a key before a title is sought
const column = document.getElementById("ancrage-history");

// On a narrow page the list is folded away above the chat.
const fold = (open) => {
  column.classList.toggle("is-open", open);
  column.querySelectorAll(".history-toggle").forEach((button) => {
    button.setAttribute("aria-expanded", String(open));
  });
};

const talkOf = (target) => target.closest(".talk").dataset.id;

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-event]");
  if (!button || !element.contains(button)) return;
  if (button.dataset.event === "toggle") {
    fold(!column.classList.contains("is-open"));
  } else if (button.dataset.event === "reopen") {
    element.querySelectorAll(".talk-open").forEach((each) => {
      each.setAttribute("aria-current", String(each === button));
    });
    fold(false);
    trigger("reopen", { id: talkOf(button) });
  } else if (button.dataset.event === "delete") {
    button.disabled = true;
    trigger("delete", { id: talkOf(button) });
  }
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target.closest('form[data-event="rename"]');
  if (form) trigger("rename", { id: talkOf(form), title: new FormData(form).get("title") });
});

// One menu is open at a time, and Escape closes it.
const menus = () => element.querySelectorAll(".talk-more[open]");

element.addEventListener("toggle", (event) => {
  if (!event.target.open || !event.target.matches(".talk-more")) return;
  menus().forEach((menu) => { if (menu !== event.target) menu.open = false; });
}, true);

element.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".talk-more[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

let waiting = null;
element.addEventListener("input", (event) => {
  if (!event.target.matches(".history-find")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("find", { title: event.target.value }), WAIT);
});
