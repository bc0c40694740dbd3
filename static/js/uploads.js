// Sends a file as soon as it is chosen, with a small picture, progress, and a way to cancel. Without
// this script the button "Add file" does the same for all chosen files.
//
// The file stays chosen until the server has said that it is saved. Each has a key of its own, so
// sending it again after a lost answer adds nothing twice.

import { followRecording, goesInPieces, sendInPieces, watch } from "./recordings.js";
import { token } from "./token.js";

const THUMBNAIL = 96; // pixels
const LARGEST_PICTURE = 20e6; // bytes that are decoded for a small picture

class Upload {
  constructor(queue, input, file) {
    Object.assign(this, { queue, input, file, key: newKey(), request: null, state: "waiting" });
    const { dataset } = queue.form;
    this.box = element("div", "upload");
    this.box.tabIndex = -1;
    this.picture = element("canvas", "upload__picture");
    this.picture.hidden = true;
    this.bar = element("progress", "upload__bar");
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", file.name);
    this.words = element("p", "upload__words", dataset.sayWaiting);
    this.buttons = element("div", "cluster");
    this.box.append(
      this.picture, element("p", "upload__name", file.name), this.bar, this.words, this.buttons,
    );
    this.offer([dataset.sayCancel, () => this.cancel()]);
    draw(file, this.picture);
  }

  get isOpen() {
    return ["waiting", "sending", "broken"].includes(this.state);
  }

  send() {
    const { form } = this.queue;
    const { dataset } = form;
    this.state = "sending";
    this.box.classList.remove("upload--refused");
    this.box.removeAttribute("role");
    this.bar.hidden = false;
    this.words.textContent = dataset.saySending;
    this.offer([dataset.sayCancel, () => this.cancel()]);
    if (goesInPieces(this.file, form)) {
      sendInPieces(this);
      return;
    }
    // On a slow line it would take minutes to be refused by the server.
    if (this.file.size > Number(dataset.largestFile)) {
      this.refused([dataset.sayLarger]);
      return;
    }
    const body = new FormData();
    body.append("upload", this.key);
    body.append(this.input.name, this.file);
    const request = new XMLHttpRequest();
    this.request = request;
    request.upload.addEventListener("progress", (event) => this.progressed(event));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.broke(dataset.sayLineBroke, true));
    request.addEventListener("timeout", () => this.broke(dataset.sayLineBroke, true));
    request.open("POST", dataset.uploadTo);
    request.setRequestHeader("X-CSRFToken", token(form));
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  }

  progressed({ loaded, total, lengthComputable }) {
    if (!lengthComputable || this.state !== "sending") return;
    const { dataset } = this.queue.form;
    this.showShare(loaded / total);
    if (loaded < total) return;
    // What has arrived may be saved at any moment: from here on it can be removed, not canceled.
    this.words.textContent = dataset.sayChecking;
    this.offer();
  }

  showShare(share) {
    this.bar.value = share;
    this.words.textContent = `${this.queue.form.dataset.saySending} ${Math.floor(100 * share)} %`;
  }

  // All of a recording has arrived: checking it goes on without this page.
  arrived() {
    this.state = "checking";
    this.bar.hidden = true;
    this.words.textContent = this.queue.form.dataset.sayBeingChecked;
    this.queue.next();
  }

  answered({ status, responseText }) {
    const { dataset } = this.queue.form;
    const answer = parse(responseText);
    if (status === 200 && answer?.item) {
      this.saved(answer);
    } else if (status === 200 && answer?.thread) {
      followRecording(this, answer.thread);
    } else if (status === 401 || status === 403) {
      this.broke(dataset.sayFileSignedOut);
    } else if (status === 409 || status === 404) {
      this.broke(dataset.sayFileMovedOn);
    } else if (status === 413) {
      this.refused([dataset.sayTooLarge]);
    } else if (answer?.refused) {
      this.refused(answer.refused);
    } else {
      this.broke(dataset.sayServerTrouble);
    }
  }

  saved(answer) {
    this.state = "saved";
    const section = this.box.closest("[data-criterion]");
    const hadFocus = this.box.contains(document.activeElement);
    this.box.remove();
    const row = add(this.queue.form, section, answer);
    if (hadFocus) row.querySelector("a").focus();
    this.queue.next();
  }

  // The file itself is at fault: sending it again would not help.
  refused(reasons) {
    this.state = "refused";
    this.bar.hidden = true;
    this.box.classList.add("upload--refused");
    this.words.textContent = reasons.join(" ");
    this.offer([this.queue.form.dataset.sayDismiss, () => this.leave()]);
    this.announce();
    this.queue.next();
  }

  // The line or the server is at fault: the file stays chosen.
  broke(words, again = false) {
    if (!["sending", "checking"].includes(this.state)) return;
    this.state = "broken";
    this.again = again;
    this.bar.hidden = true;
    this.box.classList.add("upload--refused");
    this.words.textContent = words;
    const { dataset } = this.queue.form;
    this.offer([dataset.sayAgain, () => this.retry()], [dataset.sayDismiss, () => this.leave()]);
    this.announce();
    this.queue.next();
  }

  retry() {
    this.state = "waiting";
    this.words.textContent = this.queue.form.dataset.sayWaiting;
    this.box.focus();
    this.queue.next();
  }

  cancel() {
    const wasSending = this.state === "sending";
    this.state = "canceled";
    if (wasSending || this.forget) this.request.abort();
    this.leave(this.queue.form.dataset.sayCanceled);
    this.queue.next();
  }

  leave(words = "") {
    this.state = "left";
    this.forget?.();
    const section = this.box.closest("[data-criterion]");
    this.box.remove();
    say(section, words);
    this.input.focus();
  }

  // Read aloud at once. Focus moves here only from the control that chose the file.
  announce() {
    this.box.setAttribute("role", "alert");
    const active = document.activeElement;
    const control = this.input.closest("[data-upload]");
    if (control.contains(active) || active === document.body || this.box.contains(active)) {
      this.box.focus();
    }
  }

  // A button of the page was pressed that would leave it.
  holdsThePage() {
    this.box.querySelector("[role=alert]")?.remove();
    const why = element("p", "upload__words", this.queue.form.dataset.sayNotAddedYet);
    why.setAttribute("role", "alert");
    this.buttons.before(why);
    this.box.focus();
  }

  offer(...choices) {
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(
      ...choices.map(([words, act]) => {
        const button = element("button", "button button--quiet button--small", words);
        button.type = "button";
        button.append(element("span", "visually-hidden", ` ${this.file.name}`));
        button.addEventListener("click", act);
        return button;
      }),
    );
    if (hadFocus) this.box.focus();
  }
}

class Uploads {
  constructor(form) {
    this.form = form;
    this.all = [];
    for (const place of form.querySelectorAll("[data-upload]")) this.improve(place);
    for (const row of form.querySelectorAll("[data-recording-status=waiting]")) {
      const section = row.closest("[data-criterion]");
      watch(row, form, (answer) => add(form, section, answer));
    }
    window.addEventListener("online", () => {
      const broken = this.all.filter((each) => each.state === "broken" && each.again);
      broken.forEach((each) => { each.state = "waiting"; });
      this.next();
    });
    // Leaving the page would lose a file that is not saved yet.
    form.addEventListener("submit", (event) => {
      const open = this.all.find((each) => each.isOpen);
      if (!open) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      open.box.closest("[data-criterion]").open = true;
      open.holdsThePage();
    }, { capture: true });
    window.addEventListener("beforeunload", (event) => {
      if (this.all.some((each) => each.isOpen)) event.preventDefault();
    });
  }

  improve(place) {
    const input = place.querySelector("input[type=file]");
    const list = element("div", "uploads");
    input.closest(".file-field").after(list);
    place.querySelector("[data-without-script]").hidden = true;
    input.addEventListener("change", () => {
      const chosen = [...input.files];
      input.value = "";
      input.closest(".field").querySelector(".field__errors")?.remove();
      list.querySelectorAll(":scope > .upload--refused").forEach((box) => {
        if (!this.all.some((each) => each.box === box && each.isOpen)) box.remove();
      });
      say(place.closest("[data-criterion]"), "");
      for (const file of chosen) {
        const upload = new Upload(this, input, file);
        this.all.push(upload);
        list.append(upload.box);
      }
      this.next();
    });
  }

  // One after the other: a slow line brings the first file sooner.
  next() {
    this.all = this.all.filter((each) => each.isOpen);
    if (this.all.some((each) => each.state === "sending")) return;
    this.all.find((each) => each.state === "waiting")?.send();
  }
}

// The row of something that was added, as the server has drawn it.
function add(form, section, { item, message, progress }) {
  const list = section.querySelector("[data-attachments]");
  list.insertAdjacentHTML("beforeend", item);
  say(section, message);
  // The new row moves what is below it: a refusal stays in sight.
  section.querySelector(".upload--refused")?.scrollIntoView({ block: "nearest" });
  form.dispatchEvent(new CustomEvent("evidence:added", { detail: progress }));
  return list.lastElementChild;
}

function say(section, words) {
  const place = section.querySelector("[data-said]");
  if (!words) {
    place.replaceChildren();
    return;
  }
  place.replaceChildren(element("p", "notice notice--success", words));
}

// Drawn here, as nothing may be loaded but from this site.
async function draw(file, canvas) {
  if (!file.type.startsWith("image/") || file.size > LARGEST_PICTURE) return;
  try {
    const picture = await createImageBitmap(file, { resizeHeight: THUMBNAIL });
    canvas.width = Math.min(picture.width, 2 * THUMBNAIL);
    canvas.height = picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    canvas.hidden = false;
  } catch {
    // No picture that this browser can read: the name is enough.
  }
}

function element(name, className, words = "") {
  const made = document.createElement(name);
  made.className = className;
  if (words) made.textContent = words;
  return made;
}

// crypto.randomUUID exists only on https.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const form = document.querySelector("[data-upload-to]");
if (form) new Uploads(form);
