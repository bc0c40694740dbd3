/* The drawing on stage. All steps are in the page, so that nothing here waits for the network. */
import { token } from "./token.js";

const COUNT_FROM = 3;
const BEAT = 700;
const RETRY = 3000;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

class Stage {
  constructor(stage) {
    this.stage = stage;
    this.steps = [...stage.querySelectorAll("[data-stage-step]")];
    this.at = this.steps.findIndex((step) => !step.hidden);
    this.channel = new BroadcastChannel(`stage-${stage.dataset.stage}`);
    this.channel.onmessage = ({ data }) => data === "where" && this.announce();
    this.posted = -1;
    stage.querySelector("[data-stage-keys]").hidden = false;
    stage.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    addEventListener("resize", () => this.fit());
    this.unseal();
    this.show(this.at);
    document.fonts?.ready.then(() => this.fit());
  }

  show(at) {
    this.at = Math.max(0, Math.min(at, this.steps.length - 1));
    this.steps.forEach((step, index) => {
      step.hidden = index !== this.at;
    });
    this.stage.querySelector("[data-stage-at]").textContent = this.at;
    this.stage.querySelector("[data-stage-back]").hidden = this.at === 0;
    this.stage.querySelector("[data-stage-on]").hidden = this.at === this.steps.length - 1;
    history.replaceState(null, "", this.address());
    this.fit();
    this.announce();
    this.post();
  }

  address() {
    const address = new URL(location.href);
    address.searchParams.set("step", this.at);
    return address;
  }

  /* A winner comes after a countdown; a second press skips it. */
  on() {
    if (this.counting) return this.endCount();
    const next = this.steps[this.at + 1];
    if (!next) return;
    if (next.dataset.stageKind !== "winner" || calm.matches) {
      if (next.dataset.stageKind === "winner") this.sound(880, 0.6);
      this.show(this.at + 1);
      return;
    }
    const place = this.stage.querySelector("[data-stage-count]");
    let left = COUNT_FROM;
    const beat = () => {
      if (!left) return this.endCount();
      place.hidden = false;
      place.textContent = left;
      this.sound(440, 0.12);
      left -= 1;
      this.counting = setTimeout(beat, BEAT);
    };
    beat();
  }

  endCount() {
    this.stopCount();
    this.sound(880, 0.6);
    this.show(this.at + 1);
  }

  stopCount() {
    clearTimeout(this.counting);
    this.counting = null;
    this.stage.querySelector("[data-stage-count]").hidden = true;
  }

  back() {
    if (this.counting) this.stopCount();
    else this.show(this.at - 1);
  }

  clicked(event) {
    const link = event.target.closest("[data-stage-on], [data-stage-back]");
    if (!link) return;
    event.preventDefault();
    if (link.matches("[data-stage-on]")) this.on();
    else this.back();
  }

  pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    // A button that has the focus is pressed by its own keys.
    const own = document.activeElement?.matches("a, button");
    if (own && (event.key === "Enter" || event.key === " ")) return;
    const acts = {
      " ": () => this.on(),
      Enter: () => this.on(),
      ArrowRight: () => this.on(),
      ArrowDown: () => this.on(),
      PageDown: () => this.on(),
      ArrowLeft: () => this.back(),
      ArrowUp: () => this.back(),
      PageUp: () => this.back(),
      Home: () => this.show(0),
      End: () => this.show(this.steps.length - 1),
      f: () => this.fullScreen(),
      b: () => this.stage.classList.toggle("stage--blank"),
      s: () => this.switchSound(),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    const blank = this.stage.classList.contains("stage--blank");
    // What is pressed on a blank screen brings the picture back, and nothing else.
    if (blank) this.stage.classList.remove("stage--blank");
    else act();
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }

  /* Makes the letters smaller until the step fits the screen. */
  fit() {
    const step = this.steps[this.at];
    const content = step.querySelector("[data-stage-fit]");
    for (let scale = 1; scale > 0.25; scale -= 0.05) {
      content.style.setProperty("--fit", scale);
      if (content.scrollHeight <= step.clientHeight && content.scrollWidth <= step.clientWidth) break;
    }
  }

  announce() {
    this.channel.postMessage({ step: this.at });
  }

  /* Tells the phones. Without a network it tries again; only the newest step counts. */
  async post() {
    const address = this.stage.dataset.stagePost;
    if (!address || this.posting || this.posted === this.at) return;
    this.posting = true;
    const step = this.at;
    const offline = this.stage.querySelector("[data-stage-offline]");
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "X-CSRFToken": token(this.stage.querySelector("form")) },
        body: new URLSearchParams({ step }),
      });
      if (!answer.ok) throw new Error(answer.status);
      this.posted = step;
      offline.hidden = true;
    } catch {
      offline.hidden = false;
      this.fit();
      setTimeout(() => this.post(), RETRY);
    } finally {
      this.posting = false;
    }
    if (this.posted === step && this.at !== step) this.post();
  }

  switchSound() {
    this.audio = this.audio ? null : new AudioContext();
    if (this.audio) this.sound(660, 0.15);
  }

  sound(frequency, seconds) {
    if (!this.audio) return;
    const tone = this.audio.createOscillator();
    const volume = this.audio.createGain();
    const now = this.audio.currentTime;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.15, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + seconds);
    tone.connect(volume).connect(this.audio.destination);
    tone.start(now);
    tone.stop(now + seconds);
  }

  async unseal() {
    const place = this.stage.querySelector("[data-stage-digest]");
    if (!place) return;
    if (!globalThis.crypto?.subtle) {
      place.textContent = place.dataset.sayCannot;
      return;
    }
    const secret = this.stage.querySelector("[data-stage-secret]").textContent;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
    const text = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const same = text === place.dataset.stageDigest;
    const said = document.createElement("strong");
    said.className = "stage__verdict";
    said.textContent = same ? place.dataset.saySame : place.dataset.sayDiffers;
    place.replaceChildren(text, document.createElement("br"), said);
    this.fit();
  }
}

function follow(notes) {
  const channel = new BroadcastChannel(`stage-${notes.dataset.stageFollows}`);
  channel.onmessage = ({ data }) => {
    if (data.step === undefined) return;
    for (const note of notes.children) {
      const ahead = Number(note.dataset.stageNote) - data.step;
      note.hidden = ahead < 0 || ahead > 2;
      note.toggleAttribute("aria-current", ahead === 0);
    }
  };
  channel.postMessage("where");
}

for (const stage of document.querySelectorAll("[data-stage]")) new Stage(stage);
for (const notes of document.querySelectorAll("[data-stage-follows]")) follow(notes);
