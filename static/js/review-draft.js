// Saves a reviewer's draft while it is written, and says what sending it would do.
// The page works without: the buttons save and send by themselves.
import { Marks, takeOver } from "./two-windows.js";

const AFTER_TYPING = 1500;
const AFTER_CHOOSING = 250;
const BETWEEN_TRIES = 10000;

const form = document.querySelector("[data-review-draft]");
const status = form.querySelector("[data-draft-status]");
const outcome = form.querySelector("[data-outcome]");
const words = form.querySelector("[data-outcome-words]");
const progress = form.querySelector("[data-progress-words]");
const sendButton = form.querySelector("[data-send]");
const sendPlainly = sendButton.textContent;
const marks = new Marks(form);

let timer = 0;
let unsaved = false;
let saving = false;
let leaving = false;

offerToSend(sendButton.dataset.send, sendButton.dataset.decision);

form.addEventListener("input", (event) => {
  // The server says what sending does; until it has, the button promises nothing.
  offerToSend(sendPlainly, "");
  later(event.target.type === "radio" ? AFTER_CHOOSING : AFTER_TYPING);
});

form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(timer);
  takeToken();
});

document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  if (event.key === "s") {
    event.preventDefault();
    save({ asked: true });
  } else if (event.key === "Enter") {
    event.preventDefault();
    sendButton.focus();
  }
});

addEventListener("beforeunload", (event) => {
  if (unsaved && !leaving) event.preventDefault();
});

// Back may show the page as it was left, with marks from before the form was saved.
addEventListener("pageshow", (event) => {
  if (event.persisted && leaving) location.reload();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && unsaved && !leaving) save({ keepalive: true });
});

// The value is posted with the button: if another window changed the outcome, nothing is sent.
function offerToSend(label, decision) {
  sendButton.textContent = label;
  sendButton.value = decision;
}

function later(wait) {
  unsaved = true;
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

// Signing in again in another tab gives a new token: with the old one, words would be refused.
function takeToken() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token) form.elements.csrfmiddlewaretoken.value = token;
}

async function save({ keepalive = false, asked = false } = {}) {
  if (saving) return later(AFTER_CHOOSING);
  clearTimeout(timer);
  saving = true;
  unsaved = false;
  takeToken();
  const sent = new FormData(form);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: sent,
      headers: { Accept: "application/json" },
      redirect: "manual",
      keepalive,
    });
    await hear(answer, sent, asked);
  } catch {
    trouble(status.dataset.offline);
    later(BETWEEN_TRIES);
  } finally {
    saving = false;
  }
}

async function hear(answer, sent, asked) {
  if (answer.ok) {
    const draft = await answer.json();
    outcome.dataset.outcome = draft.decision;
    words.textContent = draft.outcome;
    progress.textContent = draft.progress;
    if (!unsaved) offerToSend(draft.button, draft.decision);
    if (takeOver(form, marks, draft, sent, save)) trouble(form.dataset.sayConflict);
    else say(draft.saved, asked);
  } else if (answer.status === 409) {
    trouble(status.dataset.gone);
  } else if (answer.status === 422) {
    trouble(status.dataset.refused);
  } else if (answer.type === "opaqueredirect" || answer.status === 403) {
    trouble(status.dataset.signedOut);
  } else {
    trouble(status.dataset.offline);
    later(BETWEEN_TRIES);
  }
}

// Read aloud only when it was asked for: a voice after every pause would disturb the writing.
function say(sentence, aloud) {
  delete status.dataset.trouble;
  status.setAttribute("aria-live", aloud ? "polite" : "off");
  status.textContent = sentence;
}

function trouble(sentence) {
  unsaved = true;
  status.dataset.trouble = "";
  status.setAttribute("aria-live", "assertive");
  status.textContent = sentence;
}
