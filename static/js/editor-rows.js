// After "Add", "Up" or "Down": put the cursor into the row that was meant.
const rows = document.querySelector("[data-editor-rows]");
const key = rows?.dataset.focusRow;
const field = key && document.getElementById(key)?.querySelector("input, textarea");
// The browser goes to the address's fragment once the page has loaded, and takes the focus along.
if (field) addEventListener("load", () => setTimeout(() => field.focus()));

// Leaving with unsaved words asks first.
if (rows) {
  let changed = Boolean(key);
  rows.addEventListener("input", () => { changed = true; });
  rows.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
