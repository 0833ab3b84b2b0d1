// On paper everything but long lists is open, and in the colours of the light; and a link opens what it leads to.
(() => {
  let opened = [];

  const paper = (all) => document.dispatchEvent(new CustomEvent("report-paper", { detail: { all } }));

  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.bulk):not(.bulk details)")];
    for (const details of opened) details.open = true;
    document.documentElement.dataset.paper = "";
    paper(true);
  });

  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
    delete document.documentElement.dataset.paper;
    paper(false);
  });

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  // The same link again changes no hash, and still asks for its target.
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.('a[href^="#m"]');
    if (link !== null && link !== undefined && link.hash === location.hash) openTarget();
  });
})();
