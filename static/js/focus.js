// After a refused form: bring keyboard and screen reader to the summary of what to mend, or to the
// field. An address that ends in #place takes the focus away again while the page loads.
const place = document.querySelector("[data-focus]");
place?.focus();
window.addEventListener("load", () => {
  if (document.activeElement === document.body) place?.focus();
});
