// Keeps words while they are typed. Without this script the buttons of the page do the same.
//
// Every change is first kept in this browser, then sent. It is forgotten here only when the server
// has said that it is saved, so a lost connection or an ended session costs no words.

import { savedFields } from "./choices.js";
import { token } from "./token.js";
import { Marks, takeOver } from "./two-windows.js";

const PAUSE = 1200; // milliseconds without a key before words are sent
const RETRY = 15000;
const SCARCE = 1000; // characters left, from which on they are counted; less for short fields

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-saved]");
    this.fields = savedFields(form);
    this.marks = new Marks(form);
    this.saved = new Map(this.fields.map((field) => [field.name, field.defaultValue]));
    this.timer = 0;
    this.sending = false;
    this.leaving = false;
    form.dataset.savesItself = "";
    form.addEventListener("input", (event) => this.typed(event.target));
    form.addEventListener("submit", () => this.submitted());
    form.addEventListener("evidence:added", (event) => this.added(event.detail));
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.send();
      else if (this.changed().length) this.send();
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.changed().length) event.preventDefault();
    });
    // Back may show the page as it was left, with marks from before the form was saved.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && this.leaving) window.location.reload();
    });
    this.restore();
    this.fields.forEach((field) => count(field, form.dataset));
  }

  // A file has been added to the page, with a field for its caption.
  added(progress) {
    this.fields = savedFields(this.form);
    this.marks = new Marks(this.form);
    for (const field of this.fields) {
      if (!this.saved.has(field.name)) this.saved.set(field.name, field.defaultValue);
    }
    this.progress(progress);
  }

  key(name) {
    return `evidence:${this.form.dataset.autosaveTo}:${name}`;
  }

  restore() {
    let restored = false;
    for (const field of this.fields) {
      const kept = read(this.key(field.name));
      if (kept === null || kept.text === field.value) {
        forget(this.key(field.name));
      } else if (!field.closest(".field--invalid")) {
        field.value = kept.text;
        // With the mark of then: if the text was changed elsewhere since, the answer says so.
        this.marks.set(field.name, kept.mark);
        restored = true;
      }
    }
    if (restored) this.send(this.form.dataset.sayRestored);
  }

  typed(input) {
    const field = this.fields.find((each) => each === input || each.inputs?.includes(input));
    if (!field) return;
    count(field, this.form.dataset);
    write(this.key(field.name), { text: field.value, mark: this.marks.get(field.name) });
    this.say(this.form.dataset.sayUnsaved);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  submitted() {
    // What is on the page goes along with the form; it stays kept here until the next page shows it.
    this.leaving = true;
    clearTimeout(this.timer);
  }

  changed() {
    return this.fields.filter((field) => field.value !== this.saved.get(field.name));
  }

  async send(words) {
    clearTimeout(this.timer);
    const changed = this.changed();
    if (!changed.length || this.sending || this.leaving) return;
    const sent = new Map(changed.map((field) => [field.name, field.value]));
    this.sending = true;
    this.say(this.form.dataset.saySaving);
    try {
      const response = await fetch(this.form.dataset.autosaveTo, {
        method: "POST",
        headers: { "X-CSRFToken": token(this.form), Accept: "application/json" },
        body: new URLSearchParams([...this.entriesOf(sent), ...this.marksOf(sent)]),
        credentials: "same-origin",
        redirect: "error",
        keepalive: new Blob([...sent.values()]).size < 50000,
      });
      this.sending = false;
      await this.answered(response, sent, words);
    } catch {
      this.sending = false;
      this.say(this.form.dataset.sayOffline, "trouble");
      this.timer = setTimeout(() => this.send(), RETRY);
    }
  }

  entriesOf(sent) {
    const fields = this.fields.filter((field) => sent.has(field.name));
    return fields.flatMap((field) => {
      const words = sent.get(field.name);
      return field.entries?.(words) ?? [[field.name, words]];
    });
  }

  marksOf(sent) {
    const inputs = new Set([...sent.keys()].map((name) => this.marks.inputOf(name)));
    return [...inputs].filter(Boolean).map((input) => [input.name, input.value]);
  }

  async answered(response, sent, words) {
    const { dataset } = this.form;
    if (response.status === 401 || response.status === 403) {
      this.say(dataset.saySignedOut, "trouble", { url: dataset.signIn, words: dataset.saySignIn });
      return;
    }
    if (response.status === 409 || response.status === 404) {
      this.say(dataset.sayMovedOn, "trouble");
      return;
    }
    if (!response.ok && response.status !== 422) throw new Error(response.status);
    const answer = await response.json();
    const conflicts = takeOver(this.form, this.marks, answer, sent, () => this.send());
    for (const [name, value] of sent) {
      if (name in answer.refused || name in answer.conflicts) continue;
      this.saved.set(name, value);
      const field = this.fields.find((each) => each.name === name);
      if (field.value === value) forget(this.key(name));
    }
    this.progress(answer.progress);
    const refused = Object.keys(answer.refused).length;
    if (conflicts) this.say(dataset.sayConflict, "trouble");
    else this.say(refused ? dataset.sayRefused : words ?? answer.message, refused ? "trouble" : "");
    // Texts in conflict wait for a choice; everything else that was typed meanwhile is sent.
    const typedMeanwhile = this.changed().some(
      (field) => !(field.name in answer.conflicts) && sent.get(field.name) !== field.value,
    );
    if (typedMeanwhile) this.timer = setTimeout(() => this.send(), PAUSE);
  }

  progress({ answered, total, label, done }) {
    for (const section of this.form.querySelectorAll("[data-criterion]")) {
      const isDone = done.includes(Number(section.dataset.criterion));
      for (const each of section.querySelectorAll("[data-when-done]")) each.hidden = !isDone;
      for (const each of section.querySelectorAll("[data-until-done]")) each.hidden = isDone;
    }
    const box = this.form.querySelector("[data-progress]");
    box.querySelector("[data-progress-words]").textContent = label;
    const bar = box.querySelector("progress");
    bar.value = answered;
    bar.max = total;
    this.form.querySelector("[data-send]").hidden = answered < total;
  }

  say(words, mood = "", link = null) {
    this.status.textContent = words;
    this.status.classList.toggle("evidence-form__saved--trouble", mood === "trouble");
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = link.url;
    anchor.target = "_blank";
    anchor.textContent = link.words;
    this.status.append(" ", anchor, ".");
  }
}

// How much room is left, once it becomes scarce.
function count(field, words) {
  if (!field.dataset.longest) return;
  const left = Number(field.dataset.longest) - field.value.length;
  let note = field.parentElement.querySelector("[data-count]");
  if (!note) {
    note = document.createElement("p");
    note.dataset.count = "";
    note.className = "field__help";
    field.after(note);
  }
  note.hidden = left > Math.min(SCARCE, field.dataset.longest / 5);
  const shown = Math.abs(left).toLocaleString(document.documentElement.lang);
  note.textContent = `${shown} ${left < 0 ? words.sayOver : words.sayLeft}`;
  note.classList.toggle("field__errors", left < 0);
}

// Storage may be full or forbidden: then the words simply are not kept twice.
function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return typeof kept?.text === "string" ? kept : null;
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing to be done, and nothing lost: the field still holds it.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

const form = document.querySelector("[data-autosave-to]");
if (form) new Autosave(form);
