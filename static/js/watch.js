// Keeps a part of the page as it is on the server while something is under way there:
// <div id="…" data-watch="2000">. When the server's copy no longer says how long, it rests.

const part = document.querySelector("[data-watch]");

async function look() {
  const pause = Number(part.dataset.watch);
  if (!pause) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh) {
        // Keep the focus: a person may be about to press a button here.
        if (!part.contains(document.activeElement) || fresh.dataset.watch !== part.dataset.watch) {
          part.replaceChildren(...fresh.childNodes);
        }
        part.dataset.watch = fresh.dataset.watch ?? "";
      }
    }
  } catch {
    // The server is away for a moment; the next look finds it again.
  }
  setTimeout(look, pause);
}

if (part) setTimeout(look, Number(part.dataset.watch) || 0);
