/* In the last day before a close, its plaque counts the seconds; before that, words are enough. */
const DAY = 24 * 3600;

for (const clock of document.querySelectorAll("[data-countdown]")) {
  const end = Date.parse(clock.dataset.countdown);
  const tick = () => {
    const left = Math.floor((end - Date.now()) / 1000);
    clock.hidden = left <= 0 || left > DAY;
    if (!clock.hidden) {
      const parts = [left / 3600, (left % 3600) / 60, left % 60];
      clock.textContent = parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
    }
    if (left > 0) setTimeout(tick, 1000);
  };
  if (Number.isFinite(end)) tick();
}
