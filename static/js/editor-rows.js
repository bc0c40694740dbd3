// After "Add", "Up" or "Down": put the cursor into the row that was meant.
const rows = document.querySelector("[data-editor-rows]");
const key = rows?.dataset.focusRow;
if (key) document.getElementById(key)?.querySelector("input, textarea")?.focus();

// Leaving with unsaved words asks first.
if (rows) {
  let changed = Boolean(key);
  rows.addEventListener("input", () => { changed = true; });
  rows.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
