/* Space and the arrow keys press the buttons that are on the screen anyway. */
const WAY = {
  " ": "on",
  ArrowRight: "on",
  ArrowDown: "on",
  PageDown: "on",
  Enter: "on",
  ArrowLeft: "back",
  ArrowUp: "back",
  PageUp: "back",
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const focused = document.activeElement;
  // A button that has the focus is pressed by its own keys.
  if ((event.key === "Enter" || event.key === " ") && focused?.matches("a, button")) return;
  const button = document.querySelector(`[data-present="${WAY[event.key]}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});
