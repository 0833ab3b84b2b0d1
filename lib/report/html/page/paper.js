// On paper, everything but long lists is open, and in the light colours. A link opens its target.
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

  // A second click on the same link does not change the hash, but must open the target again.
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.('a[href^="#m"]');
    if (link !== null && link !== undefined && link.hash === location.hash) openTarget();
  });
})();
