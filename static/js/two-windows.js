// When a record is open in two windows, nothing is overwritten unseen: editing/forms.py decides,
// and this module keeps the page in step with what it answers.

// A mark for each field: what was stored when this page showed it. One hidden field per form has them.
export class Marks {
  constructor(form) {
    this.inputs = [...form.querySelectorAll("input[type=hidden]")]
      .filter((input) => /(^|-)opened$/.test(input.name))
      .sort((one, other) => other.name.length - one.name.length);
  }

  inputOf(name) {
    return this.inputs.find((input) => name.startsWith(prefixOf(input)));
  }

  get(name) {
    const input = this.inputOf(name);
    return input && JSON.parse(input.value)[name.slice(prefixOf(input).length)];
  }

  set(name, mark) {
    const input = this.inputOf(name);
    if (!input || mark === undefined) return;
    const marks = JSON.parse(input.value);
    marks[name.slice(prefixOf(input).length)] = mark;
    input.value = JSON.stringify(marks);
  }
}

// Takes over what was saved here and elsewhere. `sent` maps names to the values that were posted,
// `again` saves. Returns the number of fields that both windows changed.
export function takeOver(form, marks, answer, sent, again) {
  for (const [name, mark] of Object.entries(answer.marks)) {
    if (name in answer.conflicts || name in answer.theirs) continue;
    marks.set(name, mark);
    form.querySelector(`[data-stored-elsewhere="${CSS.escape(name)}"]`)?.remove();
  }
  for (const [name, value] of Object.entries(answer.theirs)) {
    // Typed on meanwhile: the next save finds that both windows changed it.
    if ((sent.get(name) ?? "") !== valueOf(form, name)) continue;
    setValue(form, name, value);
    marks.set(name, answer.marks[name]);
  }
  for (const [name, stored] of Object.entries(answer.conflicts)) {
    showConflict(form, marks, name, stored, answer.marks[name], again);
  }
  return Object.keys(answer.conflicts).length;
}

function showConflict(form, marks, name, stored, mark, again) {
  const field = fieldsOf(form, name)[0];
  const holder = field.closest("fieldset") ?? field.parentElement;
  holder.querySelector("[data-stored-elsewhere]")?.remove();
  const box = document.createElement("div");
  box.className = "stored-elsewhere";
  box.dataset.storedElsewhere = name;
  box.setAttribute("role", "alert");
  const title = document.createElement("p");
  title.className = "stored-elsewhere__title";
  title.textContent = form.dataset.sayElsewhere;
  const text = document.createElement("div");
  text.className = "stored-elsewhere__text";
  text.textContent = stored.words;
  const buttons = document.createElement("div");
  buttons.className = "cluster";
  const choose = (words, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    button.textContent = words;
    button.addEventListener("click", () => {
      act();
      marks.set(name, mark);
      box.remove();
      field.focus();
      again();
    });
    buttons.append(button);
  };
  choose(form.dataset.sayKeepMine, () => {});
  choose(form.dataset.sayUseOther, () => setValue(form, name, stored.value));
  box.append(title, text, buttons);
  holder.append(box);
  for (let fold = box.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
}

function prefixOf(input) {
  return input.name.slice(0, -"opened".length);
}

function fieldsOf(form, name) {
  return [...form.elements].filter((field) => field.name === name && field.type !== "hidden");
}

function valueOf(form, name) {
  const fields = fieldsOf(form, name);
  if (fields.length > 1 && fields[0].type === "checkbox") {
    return JSON.stringify(fields.filter((field) => field.checked).map((field) => field.value));
  }
  const chosen = fields.filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked);
  return chosen[0]?.value ?? "";
}

function setValue(form, name, value) {
  for (const field of fieldsOf(form, name)) {
    if (/^(radio|checkbox)$/.test(field.type)) field.checked = [value].flat().includes(field.value);
    else field.value = value;
  }
}
