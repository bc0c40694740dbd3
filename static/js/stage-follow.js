/* A phone in the room: asks every two seconds what is on stage, and stays as it is without a network. */
const EVERY = 2000;

function follow(place) {
  const part = (name) => place.querySelector(`[data-follow-${name}]`);
  const mine = place.dataset.mine.split(" ");
  const result = document.querySelector("[data-follow-result]");
  let last = "";

  const show = ({ shown, revealed }) => {
    result.hidden = !revealed;
    if (!shown) return;
    const { winner } = shown;
    part("title").textContent = shown.prize ?? shown.title;
    part("sponsor").textContent = shown.sponsor ?? "";
    part("winner").textContent = winner?.name || winner?.spoken || "";
    part("token").textContent = winner ? [winner.name && winner.spoken, winner.token].filter(Boolean).join(" · ") : "";
    part("you").hidden = !winner || !mine.includes(winner.token);
  };

  const look = async () => {
    try {
      const answer = await fetch(place.dataset.follow, { credentials: "omit" });
      const text = answer.ok ? await answer.text() : last;
      if (text && text !== last) show(JSON.parse(text));
      last = text;
    } catch {
      // The next look comes soon.
    }
    // Not all phones at the same moment.
    setTimeout(look, EVERY + Math.random() * 500);
  };
  look();
}

for (const place of document.querySelectorAll("[data-follow]")) follow(place);
