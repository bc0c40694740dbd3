// Sends a video or a recording of sound in pieces, and goes on where it stopped: after a broken
// connection by itself, after a reload once the same file is chosen again. The server checks each
// piece by its place and its SHA-256, and says when the whole recording is checked.

import { token } from "./token.js";

const NAMES = /\.(mp4|m4v|mov|webm|m4a|mp3|wav)$/i;
const LOOK_EVERY = 2000; // milliseconds, while a recording is being checked
const MOST_TRIES = 5; // of one piece that arrives damaged

export function goesInPieces(file, form) {
  if (!form.dataset.recordingsTo) return false;
  return /^(video|audio)\//.test(file.type) || NAMES.test(file.name);
}

// `upload` is the box of the page that shows how far it is (uploads.js).
export async function sendInPieces(upload) {
  const { form } = upload.queue;
  const { file } = upload;
  const stop = new AbortController();
  upload.request = { abort: () => stop.abort() };
  try {
    let answer = await ask(form, form.dataset.recordingsTo, {
      signal: stop.signal,
      body: new URLSearchParams({
        criterion: upload.input.closest("[data-criterion]").dataset.criterion,
        name: file.name, size: file.size, mark: await markOf(file), upload: upload.key,
      }),
    });
    if (answer.status !== 200) return upload.answered(answer);
    let { received, status } = answer.json;
    const { id, thread } = answer.json;
    upload.forget = () => forget(id, form);
    document.querySelector(`[data-recording="${thread}"]`)?.remove();
    for (let tries = 0, before = -1; status === "arriving";) {
      tries = received > before ? 1 : tries + 1;
      if (tries > MOST_TRIES) return upload.broke(form.dataset.sayServerTrouble);
      const piece = file.slice(received, received + Number(form.dataset.pieceSize));
      answer = await sendPiece(upload, id, piece, received, stop.signal);
      if (answer.status !== 200) return upload.answered(answer);
      before = received;
      ({ received, status } = answer.json);
    }
    await followRecording(upload, thread, stop);
  } catch (error) {
    if (error.name !== "AbortError") upload.broke(form.dataset.sayLineBroke, true);
  }
}

// All of it has arrived: wait until it is evidence, or refused.
export async function followRecording(upload, thread, stop = new AbortController()) {
  upload.request = { abort: () => stop.abort() };
  upload.arrived();
  try {
    upload.answered(await untilChecked(upload.queue.form, thread, stop.signal));
  } catch {
    // It was removed meanwhile.
  }
}

// A recording that the page shows as being checked: replaced by the evidence it becomes.
export async function watch(row, form, added) {
  const stop = new AbortController();
  try {
    const answer = await untilChecked(form, row.dataset.recording, stop.signal);
    if (answer.status === 200) {
      row.remove();
      added(answer.json);
    } else if (answer.json?.refused) {
      row.classList.add("upload--refused");
      row.setAttribute("role", "alert");
      row.querySelector(".upload__words").textContent = answer.json.refused.join(" ");
    }
  } catch {
    // No connection: the page says how it was when it was loaded.
  }
}

async function untilChecked(form, thread, signal) {
  const place = form.dataset.recordingsTo.replace(/begin\/$/, `${thread}/`);
  for (;;) {
    try {
      const answer = await ask(form, place, { signal });
      if (answer.status !== 200 || answer.json?.status === "added") return answer;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      // No connection: it is checked all the same.
    }
    await new Promise((resolve) => { setTimeout(resolve, LOOK_EVERY); });
  }
}

async function sendPiece(upload, id, piece, offset, signal) {
  const { form } = upload.queue;
  const bytes = await piece.arrayBuffer();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    signal.addEventListener("abort", () => {
      request.abort();
      reject(new DOMException("", "AbortError"));
    });
    request.upload.addEventListener("progress", ({ loaded }) => {
      upload.showShare((offset + loaded) / upload.file.size);
    });
    request.addEventListener("load", () => resolve(answerOf(request.status, request.responseText)));
    request.addEventListener("error", () => reject(new TypeError("connection")));
    request.open("POST", `/recordings/${id}/pieces/`);
    request.setRequestHeader("X-CSRFToken", token(form));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Piece-Offset", offset);
    sha256(bytes).then((digest) => {
      if (digest) request.setRequestHeader("Piece-Digest", digest);
      request.send(bytes);
    }, reject);
  });
}

function forget(id, form) {
  ask(form, `/recordings/${id}/remove/`, { body: new URLSearchParams() }).catch(() => {
    // It is deleted after some days, or with the next "Remove".
  });
}

async function ask(form, address, { body, signal } = {}) {
  const response = await fetch(address, {
    method: body ? "POST" : "GET",
    headers: { Accept: "application/json", ...(body && { "X-CSRFToken": token(form) }) },
    body,
    signal,
  });
  return answerOf(response.status, await response.text());
}

function answerOf(status, responseText) {
  try {
    return { status, responseText, json: JSON.parse(responseText) };
  } catch {
    return { status, responseText, json: null };
  }
}

// The same file has the same mark, so that an upload goes on after a reload.
async function markOf(file) {
  const words = `${file.name}|${file.size}|${file.lastModified}`;
  return (await sha256(new TextEncoder().encode(words))) || words.slice(-64);
}

// Browsers have SHA-256 on https only; the server checks what it is given.
async function sha256(bytes) {
  if (!crypto.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
