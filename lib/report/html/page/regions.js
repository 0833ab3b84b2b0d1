// Regions that scroll can be reached with the keyboard; regions with nothing to scroll are not tab stops.
(() => {
  const update = (element) => {
    const scrolls = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
    if (scrolls) element.setAttribute("tabindex", "0");
    else element.removeAttribute("tabindex");
  };

  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) update(target);
  });
  for (const element of document.querySelectorAll("[role=region][tabindex]")) sizes.observe(element);
})();
