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
    inMenu = null;
    trigger("delete", { id: talkOf(button) });
  }
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target.closest('form[data-event="rename"]');
  if (!form) return;
  inMenu = null;
  trigger("rename", { id: talkOf(form), title: new FormData(form).get("title") });
});

// One menu is open at a time, and Escape closes it.
const menus = () => element.querySelectorAll(".talk-more[open]");
let inMenu = null; // whose menu is open, the title typed there, whether deleting is asked about

element.addEventListener("toggle", (event) => {
  if (event.target.matches(".talk-drop") && inMenu) inMenu.sure = event.target.open;
  if (!event.target.matches(".talk-more")) return;
  const id = talkOf(event.target);
  if (!event.target.open) {
    if (inMenu?.id === id) inMenu = null;
    return;
  }
  if (inMenu?.id !== id) inMenu = { id };
  menus().forEach((menu) => { if (menu !== event.target) menu.open = false; });
}, true);

// The list is drawn anew when an answer is there; a menu in use stays as it was.
watch("value", () => {
  const talk = inMenu && element.querySelector(`.talk[data-id="${CSS.escape(inMenu.id)}"]`);
  if (!talk) return;
  const field = talk.querySelector('input[name="title"]');
  talk.querySelector(".talk-more").open = true;
  talk.querySelector(".talk-drop").open = inMenu.sure === true;
  if (inMenu.title === undefined) return;
  field.value = inMenu.title;
  if (document.activeElement === document.body) field.focus({ preventScroll: true });
});

element.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".talk-more[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

let waiting = null;
element.addEventListener("input", (event) => {
  if (event.target.matches('input[name="title"]') && inMenu) inMenu.title = event.target.value;
  if (!event.target.matches(".history-find")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("find", { title: event.target.value }), WAIT);
});
