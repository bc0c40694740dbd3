// After a refused form: bring keyboard and screen reader to the summary of what to mend, or to the
// first field that was refused. An address that ends in #place takes the focus away again while the
// page loads.
const field = document.querySelector(".field--invalid [aria-invalid=true]");
const place = document.querySelector("[data-focus]") ?? field;
function bring() {
  place?.focus();
  // The reason is above the field.
  if (place === field) field?.closest(".field").scrollIntoView({ block: "nearest" });
}
bring();
function settle() {
  const active = document.activeElement;
  if (active === document.body || active?.matches(":target")) bring();
}
window.addEventListener("load", () => {
  settle();
  // Some browsers go to the place of the address after they have loaded the page.
  setTimeout(settle, 100);
});
