// Radio buttons and boxes with one name, as one field: what autosave.js reads and writes.

const isChoice = (input) => /^(radio|checkbox)$/.test(input.type);

class Choices {
  constructor(inputs) {
    this.inputs = inputs;
    this.name = inputs[0].name;
    this.severalAtOnce = inputs[0].type === "checkbox";
    this.dataset = {};
    this.parentElement = inputs[0].closest("fieldset");
    this.defaultValue = this.words(inputs.filter((each) => each.defaultChecked));
  }

  words(inputs) {
    const values = inputs.map((each) => each.value);
    return this.severalAtOnce ? JSON.stringify(values) : values[0] ?? "";
  }

  get value() {
    return this.words(this.inputs.filter((each) => each.checked));
  }

  set value(words) {
    const values = this.severalAtOnce ? JSON.parse(words) : [words];
    for (const each of this.inputs) each.checked = values.includes(each.value);
  }

  // What the page would post. The empty value says that the question is there, if nothing is chosen.
  entries(words) {
    const values = this.severalAtOnce ? ["", ...JSON.parse(words)] : [words];
    return values.map((value) => [this.name, value]);
  }

  closest(selector) {
    return this.inputs[0].closest(selector);
  }
}

// The fields of a form that save themselves; choices with one name are one field.
export function savedFields(form) {
  const inputs = [...form.querySelectorAll("[data-autosave]")].filter((each) => each.name);
  const groups = new Map();
  for (const each of inputs.filter(isChoice)) {
    groups.set(each.name, [...(groups.get(each.name) ?? []), each]);
  }
  return [
    ...inputs.filter((each) => !isChoice(each)),
    ...[...groups.values()].map((group) => new Choices(group)),
  ];
}
