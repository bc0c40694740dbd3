"""A browser window as far as forms go: opens a page, types into its form, presses a button."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


class _Forms(HTMLParser):
    """The forms of a page: action, and what a browser would post from each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict] = []
        self.form: dict | None = None
        self._textarea: str | None = None
        self._select: tuple[str, bool] | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.form = {"action": attrs.get("action", ""), "data": {}, "names": set()}
            self.forms.append(self.form)
        if self.form is None:
            return
        name = attrs.get("name")
        if name:
            self.form["names"].add(name)
        if tag == "input" and name:
            kind = attrs.get("type", "text")
            if kind in {"file", "submit", "button"}:
                return
            if kind in {"checkbox", "radio"} and "checked" not in attrs:
                return
            self._add(name, attrs.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self._textarea = name
            self._text: list[str] = []
        elif tag == "select":
            self._select = (name, "multiple" in attrs)
            self._options: list[tuple[str, bool]] = []
        elif tag == "option" and self._select:
            self._options.append((attrs.get("value", ""), "selected" in attrs))

    def handle_data(self, data):
        if self._textarea:
            self._text.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self._textarea:
            # A browser drops the first line break, and posts line breaks as CRLF.
            text = "".join(self._text).removeprefix("\n")
            self._add(self._textarea, text.replace("\r\n", "\n").replace("\n", "\r\n"))
            self._textarea = None
        elif tag == "select" and self._select:
            name, is_multiple = self._select
            chosen = [value for value, selected in self._options if selected]
            if not is_multiple and not chosen:
                chosen = [value for value, _selected in self._options[:1]]
            for value in chosen:
                self._add(name, value)
            self._select = None

    def _add(self, name, value):
        self.form["data"].setdefault(name, []).append(value)


class Window:
    """The form of a page that has the field `has`."""

    def __init__(self, client, url: str, *, has: str) -> None:
        self.client, self.url, self.has = client, url, has
        self._show(client.get(url))

    def _show(self, response) -> None:
        self.response, self.text = response, response.content.decode()
        found = [form for form in _Forms(self.text).forms if self.has in form["names"]]
        if found:
            self.form = found[0]
            self.data = {name: list(values) for name, values in self.form["data"].items()}

    def type(self, **changes) -> Window:
        """Set fields; None clears a checkbox, a list chooses several."""
        for name, value in changes.items():
            name = self.resolve(name)
            if value is None:
                self.data.pop(name, None)
            else:
                self.data[name] = value if isinstance(value, list) else [value]
        return self

    def resolve(self, name: str) -> str:
        """The posted name that ends in `name`, so that prefixes need not be known."""
        if name in self.form["names"]:
            return name
        wanted = name.replace("__", "-")
        return next(each for each in sorted(self.form["names"]) if each.endswith(f"-{wanted}"))

    def press(self, button: dict | None = None, *, to: str | None = None):
        target = to or urljoin(self.url, self.form["action"] or self.url)
        files = {name: value[0] for name, value in self.data.items() if hasattr(value[0], "read")}
        data = {**self.data, **files, **(button or {})}
        response = self.client.post(urlsplit(target).path, data)
        if response.status_code == 422:
            self._show(response)
        return response
