/* Computes a drawing again from its two published files, and says step by step whether it agrees.
   After RFC 3797; MD5 after RFC 1321, because the first one asks for it. */

const ROTATIONS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32);
// RFC 3797 hashes a two-byte index, so one key selects this many and no more.
const MOST_PICKS = 2 ** 16;

/** The MD5 of bytes, as a whole number. */
export function md5(bytes) {
  const length = ((bytes.length + 8) >>> 6) * 64 + 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, bytes.length << 3, true);
  view.setUint32(length - 4, Math.floor(bytes.length / 2 ** 29), true);
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < length; block += 64) {
    const before = [a, b, c, d];
    for (let i = 0; i < 64; i += 1) {
      const round = i >> 4;
      let mixed;
      let word;
      if (round === 0) [mixed, word] = [(b & c) | (~b & d), i];
      else if (round === 1) [mixed, word] = [(d & b) | (~d & c), (5 * i + 1) % 16];
      else if (round === 2) [mixed, word] = [b ^ c ^ d, (3 * i + 5) % 16];
      else [mixed, word] = [c ^ (b | ~d), (7 * i) % 16];
      const sum = (a + mixed + SINES[i] + view.getUint32(block + 4 * word, true)) | 0;
      const by = ROTATIONS[round][i % 4];
      [a, d, c, b] = [d, c, b, (b + ((sum << by) | (sum >>> (32 - by)))) | 0];
    }
    a = (a + before[0]) | 0;
    b = (b + before[1]) | 0;
    c = (c + before[2]) | 0;
    d = (d + before[3]) | 0;
  }
  const digest = new DataView(new ArrayBuffer(16));
  [a, b, c, d].forEach((part, i) => digest.setInt32(4 * i, part, true));
  return (digest.getBigUint64(0) << 64n) | digest.getBigUint64(8);
}

/** A number as RFC 3797 writes it: a period at the end or before the fraction, no idle zeros. */
function decimal(typed) {
  const [, whole, fraction = ""] = typed.trim().replaceAll(",", "").match(/^(\d*)\.?(\d*)$/);
  return `${whole.replace(/^0+/, "") || "0"}.${fraction.replace(/0+$/, "")}`;
}

function inOrder(one, other) {
  const [wholeA, fractionA] = one.split(".");
  const [wholeB, fractionB] = other.split(".");
  const difference = BigInt(wholeA) - BigInt(wholeB);
  if (difference) return difference < 0n ? -1 : 1;
  return fractionA < fractionB ? -1 : Number(fractionA > fractionB);
}

export function keyString(sources) {
  return sources
    .map(({ kind, values }) =>
      kind === "numbers"
        ? `${values.map(decimal).sort(inOrder).join("")}/`
        : `${values[0].toUpperCase().replace(/[^A-Z0-9]/g, "")}/`,
    )
    .join("");
}

/** The numbers 1 to `pool` in the order in which the key selects them. */
export function* selection(key, pool) {
  const left = Uint32Array.from({ length: pool }, (_, i) => i + 1);
  const text = new TextEncoder().encode(key);
  const octets = new Uint8Array(text.length + 4);
  octets.set(text, 2);
  for (let pick = 0; pick < Math.min(pool, MOST_PICKS); pick += 1) {
    const index = [pick >> 8, pick & 255];
    octets.set(index, 0);
    octets.set(index, text.length + 2);
    const place = Number(md5(octets) % BigInt(pool - pick));
    yield left[place];
    left.copyWithin(place, place + 1, pool - pick);
  }
}

export function draw(people, inputs) {
  const pieces = inputs.prizes.flatMap(({ id, quantity }) =>
    Array.from({ length: quantity }, (_, i) => `${id}.${i + 1}`),
  );
  pieces.push(...inputs.given_up.map(({ prize }) => prize));
  const barred = new Map(
    inputs.skipped.map(({ person, number, reason }) => [person ?? number, reason]),
  );
  const served = new Map();
  const sequence = selection(keyString(inputs.sources), people.length);
  const picks = [];
  for (const piece of pieces) {
    let step = sequence.next();
    while (!step.done) {
      const number = step.value;
      const person = people[number - 1];
      const times = served.get(person) ?? 0;
      const isFree =
        !barred.get(person) && !barred.get(number) && times < inputs.prizes_per_person;
      picks.push({ number, prize: isFree ? piece : "" });
      if (isFree) {
        served.set(person, times + 1);
        break;
      }
      step = sequence.next();
    }
  }
  return picks;
}

async function sha256(bytes) {
  // Browsers offer it on secure pages only.
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function octetsOf(hexadecimal) {
  return Uint8Array.from(hexadecimal.match(/../g), (pair) => Number.parseInt(pair, 16));
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.arrayBuffer();
}

async function recompute(place, say) {
  const [listed, inputsFile] = await Promise.all([
    fetched(place.dataset.entries),
    fetched(place.dataset.inputs),
  ]);
  const inputs = JSON.parse(new TextDecoder().decode(inputsFile));
  const rows = new TextDecoder().decode(listed).trim().split(/\r?\n/).slice(1);
  say("reading", { count: rows.length });

  const digest = await sha256(listed);
  if (digest === null) say("noDigest");
  else say(digest === inputs.sha256 ? "list" : "listDiffers", { value: digest });

  const promise = await sha256(new TextEncoder().encode(inputs.secret));
  if (promise !== null) {
    // The promised secret must also be what the key ends with.
    const isUsed = inputs.sources.at(-1).values[0] === inputs.secret;
    const isPromised = promise === inputs.commitment && isUsed;
    say(isPromised ? "secret" : "secretDiffers", { value: promise });
  }

  for (const { signature, values } of inputs.sources) {
    const value = signature && (await sha256(octetsOf(signature)));
    if (value) say(value === values[0] ? "drand" : "drandDiffers", { value });
  }

  const key = keyString(inputs.sources);
  const shownKey = document.querySelector("[data-key]").textContent.trim();
  say(key === shownKey ? "key" : "keyDiffers", { value: key });

  const people = rows.map((row) => row.split(",")[2]);
  const picks = draw(people, inputs);
  const shown = [...document.querySelectorAll("[data-step]")];
  const steps = Math.max(picks.length, shown.length);
  for (let i = 0; i < steps; i += 1) {
    const [pick, row] = [picks[i], shown[i]?.dataset];
    if (!pick || !row || String(pick.number) !== row.number || pick.prize !== row.prize) {
      say("sequenceDiffers", { count: i + 1, value: pick ? `${pick.number} ${pick.prize}` : "–" });
      return;
    }
  }
  say("sequence", { count: steps });
}

function begin(place) {
  const button = place.querySelector("[data-recompute-run]");
  const log = place.querySelector("[data-recompute-log]");
  const words = (name) => log.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`];
  const say = (name, { count = "", value = "" } = {}) => {
    const line = document.createElement("li");
    line.textContent = words(name).replace("{count}", count.toLocaleString()).replace("{value}", value);
    log.append(line);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    log.replaceChildren();
    try {
      await recompute(place, say);
    } catch (error) {
      console.error(error);
      say("trouble");
    }
    button.disabled = false;
  });
}

if (globalThis.document) {
  for (const place of document.querySelectorAll("[data-recompute]")) begin(place);
}
