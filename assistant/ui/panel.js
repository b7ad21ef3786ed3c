// What the parts of all pages share, once a page: how something comes into sight, and what follows
// when the panel has what was opened.
window.ancragePanel = (() => {
  const narrow = () => window.matchMedia("(max-width: 900px)").matches;
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const show = (target, block) =>
    target.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: block });

  const scrollWithin = (panel, target) => {
    const box = panel.getBoundingClientRect();
    const at = target.getBoundingClientRect();
    if (at.top < box.top || at.bottom > box.bottom) {
      panel.scrollTop += at.top - box.top - box.height / 3;
    }
  };

  // `shared` says whether the reader has just opened something, and whether by the keyboard.
  const opened = (element, shared) => {
    const panel = element.closest("#ancrage-panel");
    if (!panel || !shared.opening) return;
    shared.opening = false;
    const title = element.querySelector(".panel-title");
    if (!title) return;
    const mark = element.querySelector("mark");
    if (narrow()) show(title, "start");
    else {
      panel.scrollTop = 0;
      if (mark) scrollWithin(panel, mark);
    }
    // A keyboard follows what it opened; a mouse leaves the focus where it clicked.
    if (shared.byKey || narrow()) title.focus({ preventScroll: true });
  };

  return { narrow, show, opened };
})();
