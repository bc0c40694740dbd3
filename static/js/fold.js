// On a phone one criterion is unfolded at a time. Without this script each folds on its own.

const phone = window.matchMedia("(max-width: 40rem)");
const sections = [...document.querySelectorAll("[data-criterion]")];

for (const section of sections) {
  section.querySelector(":scope > summary").addEventListener("click", (event) => {
    if (section.open || !phone.matches) return;
    event.preventDefault();
    for (const other of sections) {
      if (other !== section && !needsAttention(other)) other.open = false;
    }
    section.open = true;
    // What was folded above moved this one.
    section.scrollIntoView({ block: "start" });
  });
}

// Reasons, choices and files that are being sent stay in sight.
function needsAttention(section) {
  return section.querySelector(".field--invalid, [data-stored-elsewhere], .upload") !== null;
}
