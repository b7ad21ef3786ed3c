// Draws the charts of the answers. Plotly's script comes from this server, when a chart is first
// seen: a chart that is folded or far down costs nothing.
window.ancrageCharts = (() => {
  let loading = null;

  const load = (address) => {
    loading = loading || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => done(window.Plotly);
      script.onerror = () => {
        loading = null;
        failed(new Error(address));
      };
      document.head.append(script);
    });
    return loading;
  };

  // A colour that begins with two dashes is the page's own, light or dark.
  const figureOf = (plot) => {
    const style = getComputedStyle(plot);
    const own = (key, value) =>
      /color$/i.test(key) && typeof value === "string" && value.startsWith("--")
        ? style.getPropertyValue(value).trim()
        : value;
    const figure = JSON.parse(plot.dataset.figure, own);
    figure.layout.font.family = style.fontFamily;
    figure.layout.height = plot.clientHeight;
    return figure;
  };

  const draw = async (plot) => {
    try {
      const plotly = await load(plot.dataset.script);
      if (!plot.isConnected) return;
      const figure = figureOf(plot);
      await plotly.newPlot(plot, figure.data, figure.layout, {
        displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false,
      });
      plot.dataset.drawn = "yes";
    } catch (error) {
      console.warn(error);
      plot.hidden = true;
      const figure = plot.closest("figure");
      figure.querySelector(".plot-failed").hidden = false;
      figure.querySelector(".numbers").open = true;
    }
  };

  const seen = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      seen.unobserve(entry.target);
      draw(entry.target);
    });
  }, { rootMargin: "200px" });

  // Gradio follows the browser's scheme; what is drawn follows once it has.
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    setTimeout(() => document.querySelectorAll(".plot[data-drawn]").forEach(draw), 100));

  return {
    find: (element) => element.querySelectorAll(".plot:not([data-drawn])").forEach((plot) =>
      seen.observe(plot)),
  };
})();
