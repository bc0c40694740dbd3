// Puts a snippet into a comment, at the place of the cursor. What was typed stays.
// Without scripts, a link opens the page of snippets, where their words can be copied.
const form = document.querySelector("[data-review-draft]");
const dialog = document.querySelector("[data-snippets]");
const search = dialog.querySelector("input");
const list = dialog.querySelector("ul");
const none = dialog.querySelector("[data-snippets-none]");

let comment = null; // the field that the dialog was opened for
let loaded = null;

for (const link of form.querySelectorAll("[data-snippets-for]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--link small";
  button.textContent = dialog.dataset.open;
  button.setAttribute("aria-label", link.dataset.label);
  button.setAttribute("aria-keyshortcuts", "Control+I");
  const field = document.getElementById(link.dataset.snippetsFor);
  button.addEventListener("click", () => open(field));
  link.replaceWith(button);
}

form.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "i") return;
  const section = event.target.closest("[data-judged]");
  const field = section ? section.querySelector("textarea") : event.target.closest("textarea");
  if (!field) return;
  event.preventDefault();
  open(field);
});

search.addEventListener("input", show);
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") list.querySelector("button")?.click();
  else if (event.key === "ArrowDown") list.querySelector("button")?.focus();
  else return;
  event.preventDefault();
});
list.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...list.querySelectorAll("button")];
  (buttons[buttons.indexOf(document.activeElement) + step] ?? search).focus();
});
dialog.addEventListener("close", () => comment.focus());

async function open(field) {
  comment = field;
  search.value = "";
  dialog.showModal();
  search.focus();
  loaded ??= await load();
  show();
}

async function load() {
  try {
    const answer = await fetch(dialog.dataset.snippets, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).snippets : null;
  } catch {
    return null;
  }
}

function show() {
  const wanted = search.value.trim().toLowerCase();
  const found = (loaded ?? []).filter((one) => `${one.name} ${one.text}`.toLowerCase().includes(wanted));
  list.replaceChildren(...found.map(entry));
  none.hidden = found.length > 0;
}

function entry(snippet) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "snippet-picker__one";
  const name = document.createElement("strong");
  name.textContent = snippet.agency ? `${snippet.name} · ${snippet.agency}` : snippet.name;
  const text = document.createElement("span");
  text.textContent = snippet.text;
  button.append(name, text);
  button.addEventListener("click", () => put(snippet.text));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function put(text) {
  const place = comment.selectionEnd;
  const before = comment.value.slice(0, place);
  const after = comment.value.slice(place);
  const words = `${/\S$/.test(before) ? " " : ""}${text}${/^\S/.test(after) ? " " : ""}`;
  comment.setRangeText(words, place, place, "end");
  comment.dispatchEvent(new Event("input", { bubbles: true }));
  dialog.close();
}
