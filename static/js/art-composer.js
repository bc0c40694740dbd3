// Shows the composed art while its parts are being chosen. Without this, "Preview" does the same.
const form = document.querySelector("[data-art-composer]");
const picture = form?.querySelector("[data-art-preview]");

if (picture) {
  const address = new URL(picture.src);
  let timer;
  const show = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const part = name.replace(/^compose-/, "");
      if (part !== name && part !== "image_alt") query.set(part, String(value).trim());
    }
    address.search = query;
    picture.src = address;
  };
  form.addEventListener("input", (event) => {
    if (event.target.name?.endsWith("image_alt")) return;
    clearTimeout(timer);
    timer = setTimeout(show, 250);
  });
  // Words that can't be engraved yet give no picture: keep the last one that could be drawn.
  let drawn = picture.src;
  picture.addEventListener("load", () => { drawn = picture.src; });
  picture.addEventListener("error", () => { if (picture.src !== drawn) picture.src = drawn; });
}
