// After a refused form: bring keyboard and screen reader to the summary of what to mend, or to the
// field. An address that ends in #place takes the focus away again while the page loads.
const place = document.querySelector("[data-focus]");
place?.focus();
function settle() {
  const active = document.activeElement;
  if (active === document.body || active?.matches(":target")) place?.focus();
}
window.addEventListener("load", () => {
  settle();
  // Some browsers go to the place of the address after they have loaded the page.
  setTimeout(settle, 100);
});
