// Single keys on a page on which work is judged: 1 and 2 choose a verdict, C goes to the comment, N
// to the next open criterion. They never fire in a field, and a switch turns them off for this browser.
// The page works without: every key does what a control of the page does, too.
const SETTING = "review-keys";
const READING_LINE = 0.35; // of the window's height: what is there is being read

const form = document.querySelector("[data-judging]");
const bar = form.querySelector("[data-judging-bar]");
const nextButton = form.querySelector("[data-next]");
const said = form.querySelector("[data-keys-said]");
const help = form.querySelector("[data-keys-help]");
const keysSwitch = form.querySelector("[data-keys-switch]");
const sections = [...form.querySelectorAll("[data-judged]")];

let waits = false;

help.hidden = false;
keysSwitch.checked = stored() !== "off";
switchKeys();

keysSwitch.addEventListener("input", (event) => {
  event.stopPropagation(); // it is no part of the review
  try {
    localStorage.setItem(SETTING, keysSwitch.checked ? "on" : "off");
  } catch {
    // The browser keeps nothing: it counts for this page.
  }
  switchKeys();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("[data-judged] textarea")) {
    verdicts(event.target.closest("[data-judged]"))[0].closest("fieldset").focus();
    return;
  }
  if (!keysSwitch.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.repeat || event.isComposing || isTaken(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "1" || key === "2") judge(Number(key) - 1);
  else if (key === "c") current()?.querySelector("textarea")?.focus();
  else if (key === "n") goOn();
  else return;
  event.preventDefault();
});

nextButton?.addEventListener("click", (event) => {
  event.preventDefault();
  goOn();
});

form.addEventListener("input", showNext);
document.addEventListener("focusin", markSoon);
addEventListener("scroll", markSoon, { passive: true });
addEventListener("resize", markSoon);
showNext();
markSoon();

function stored() {
  try {
    return localStorage.getItem(SETTING);
  } catch {
    return null;
  }
}

function switchKeys() {
  form.dataset.keys = keysSwitch.checked ? "on" : "off";
  for (const section of sections) {
    verdicts(section).forEach((radio, place) => {
      if (keysSwitch.checked) radio.setAttribute("aria-keyshortcuts", String(place + 1));
      else radio.removeAttribute("aria-keyshortcuts");
    });
  }
  mark();
}

// In a field, a menu or a player the key is for that.
function isTaken(target) {
  if (target.isContentEditable || document.querySelector("dialog[open], :popover-open")) return true;
  return target.matches("textarea, select, video, audio, input:not([type=radio], [type=checkbox])");
}

function verdicts(section) {
  return [...section.querySelectorAll(".judgment input")];
}

function judge(place) {
  const section = current();
  const radio = section && verdicts(section)[place];
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  const name = section.querySelector("h2").textContent.replace(/\s+/g, " ").trim();
  said.textContent = `${name}: ${radio.nextElementSibling.textContent}`;
  if (needsComment(section)) section.querySelector("textarea").focus();
}

// The criterion with the focus, if that can be seen; otherwise the one that is being read.
function current() {
  const focused = document.activeElement.closest("[data-judged]");
  if (focused && isInView(document.activeElement)) return focused;
  const line = innerHeight * READING_LINE;
  const read = sections.find((section) => {
    const box = section.getBoundingClientRect();
    return box.top <= line && box.bottom > line;
  });
  return read ?? sections.find((section) => isInView(section.querySelector(".judgment")));
}

function isInView(element) {
  const box = element.getBoundingClientRect();
  return box.bottom > (bar?.getBoundingClientRect().bottom ?? 0) && box.top < innerHeight;
}

function markSoon() {
  if (waits) return;
  waits = true;
  requestAnimationFrame(mark);
}

function mark() {
  waits = false;
  const marked = keysSwitch.checked ? current() : null;
  for (const section of sections) section.toggleAttribute("data-current", section === marked);
}

function needsComment(section) {
  const chosen = verdicts(section).find((radio) => radio.checked);
  const comment = section.querySelector("textarea");
  return chosen?.value === "not_yet" && comment?.value.trim() === "";
}

function isOpen(section) {
  if (verdicts(section).some((radio) => radio.checked)) return needsComment(section);
  return !section.hasAttribute("data-may-stay-open");
}

// The next one on the page, then from the top again.
function goOn() {
  const from = sections.indexOf(current());
  const after = [...sections.slice(from + 1), ...sections.slice(0, from + 1)];
  const next = after.find(isOpen);
  if (!next) {
    (form.querySelector("[data-send]") ?? form.querySelector(".form__actions button")).focus();
    return;
  }
  next.scrollIntoView({ block: "start" });
  const field = needsComment(next) ? next.querySelector("textarea") : next.querySelector("fieldset");
  field.focus({ preventScroll: true });
}

function showNext() {
  if (!nextButton) return;
  nextButton.textContent = sections.some(isOpen) ? nextButton.dataset.sayNext : nextButton.dataset.sayNoneOpen;
}
