// Suggests terms while one types: a list below a field, gone through with the arrow keys.
import { make } from "./elements.js";

const lang = document.documentElement.lang === "nl" ? "nl" : "en";
const PAUSE = 120; // milliseconds
let lists = 0;

// `open` says that what is chosen opens its page; otherwise its name, which the server knows, goes into the field.
export function suggestFor(input, { address, open = false, status = null } = {}) {
  const place = new URL(address ?? `${document.getElementById("query-page")?.dataset.root ?? ""}/search`, location.href);
  const id = `suggestions-${(lists += 1)}`;
  const list = make("ul", { id, class: "suggestions", role: "listbox", "aria-label": lang === "nl" ? "Voorstellen" : "Suggestions" });
  list.hidden = true;
  input.parentElement.append(list);
  let active = -1;
  let asked = 0;
  let waiting;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" })) input.setAttribute(name, value);

  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const all = options();
    if (!all.length) return;
    active = (index + all.length) % all.length;
    all.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    close();
    if (open) {
      location.assign(option.dataset.href);
      return;
    }
    input.value = option.dataset.value;
    input.focus();
  };
  const show = (found) => {
    let group = null;
    const items = [];
    found.forEach((each, number) => {
      if (open && each.group && each.group !== group) {
        group = each.group;
        items.push(make("li", { role: "presentation", class: "group" }, group));
      }
      const more = each.name === each.label ? each.curie : `${each.name} · ${each.curie}`;
      items.push(make("li", { id: `${id}-${number}`, role: "option", "aria-selected": "false", "data-href": each.page, "data-value": each.value ?? each.label }, make("span", {}, each.label), " ", make("span", { class: "faint small" }, more)));
    });
    list.replaceChildren(...items);
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    if (status) status.textContent = lang === "nl" ? `${found.length} suggesties` : `${found.length} suggestions`;
  };
  const ask = async () => {
    const text = input.value.trim();
    const mine = (asked += 1);
    if (!text) {
      close();
      return;
    }
    place.search = new URLSearchParams({ text, lang });
    try {
      const answer = await fetch(place, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : [];
      if (mine === asked && document.activeElement === input) show(found);
    } catch {
      close();
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      clearTimeout(waiting);
      asked += 1;
      close();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options()[active]);
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option);
  });
}
