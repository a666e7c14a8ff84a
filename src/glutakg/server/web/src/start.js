// The start page: suggestions for the search box, and going round the cycle one step at a time.

const lang = document.documentElement.lang;
const dutch = lang === "nl";

function suggest() {
  const input = document.getElementById("search");
  const list = document.getElementById("suggestions");
  const status = document.getElementById("search-status");
  if (!input || !list) return;
  const place = new URL(input.form.action, location.href);
  let active = -1;
  let asked = 0;
  let waiting;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "suggestions");
  input.setAttribute("aria-expanded", "false");

  const options = () => [...list.children];
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
  const show = (found) => {
    list.replaceChildren(
      ...found.map((each, number) => {
        const option = document.createElement("li");
        option.id = `suggestion-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.href = each.page;
        const label = document.createElement("span");
        label.textContent = each.label;
        const more = document.createElement("span");
        more.className = "faint small";
        more.textContent = each.name === each.label ? each.curie : `${each.name} · ${each.curie}`;
        option.append(label, " ", more);
        return option;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = dutch ? `${found.length} suggesties` : `${found.length} suggestions`;
  };
  const ask = async () => {
    const text = input.value.trim();
    const number = ++asked;
    if (!text) return close();
    place.search = new URLSearchParams({ text, lang });
    try {
      const answer = await fetch(place, { headers: { Accept: "application/json" } });
      if (number === asked && answer.ok) show(await answer.json());
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(options()[active].dataset.href);
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      event.preventDefault();
      location.assign(option.dataset.href);
    }
  });
}

function stepThrough() {
  const stepper = document.getElementById("stepper");
  const steps = document.getElementById("steps");
  if (!stepper || !steps) return;
  const cards = [...steps.children];
  const told = document.getElementById("step-told");
  const position = document.getElementById("step-position");
  const drawing = document.querySelector("svg.cycle");
  let current = -1;

  const go = (index, aloud = true) => {
    current = (index + cards.length) % cards.length;
    const { step, from, to } = cards[current].dataset;
    cards.forEach((card, number) => (card.hidden = number !== current));
    drawing.querySelectorAll("[data-step], [data-pool]").forEach((shape) => {
      const on = shape.dataset.step
        ? shape.dataset.step === step && shape.classList.contains("cycle")
        : [from, to].includes(shape.dataset.pool);
      shape.classList.toggle("current", on);
    });
    drawing.classList.add("stepping");
    const word = dutch ? "Stap" : "Step";
    const of = dutch ? "van" : "of";
    position.textContent = `${word} ${current + 1} ${of} ${cards.length}`;
    if (aloud) {
      const [start, goal] = cards[current].querySelectorAll("dd");
      const name = cards[current].querySelector("h3").textContent;
      told.textContent = `${position.textContent}: ${name}. ${start.textContent} → ${goal.textContent}`;
    }
  };

  stepper.hidden = false;
  steps.classList.add("one-at-a-time");
  document.getElementById("previous-step").addEventListener("click", () => go(current - 1));
  document.getElementById("next-step").addEventListener("click", () => go(current + 1));
  const box = document.querySelector(".picture");
  for (const place of [stepper, box, steps]) {
    place.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        go(current + by);
      }
    });
  }
  drawing.addEventListener("click", (event) => {
    const badge = event.target.closest("a.badge");
    const index = badge ? cards.findIndex((card) => card.dataset.step === badge.dataset.step) : -1;
    if (index >= 0) {
      event.preventDefault();
      go(index);
      cards[index].focus({ preventScroll: false });
    } else if (badge) {
      document.getElementById(badge.getAttribute("href").slice(1))?.closest("details")?.setAttribute("open", "");
    }
  });
  const wanted = cards.findIndex((card) => `#${card.id}` === location.hash);
  go(Math.max(wanted, 0), false);
}

suggest();
stepThrough();
