// The start page: suggestions for the search box, and going round the cycle one step at a time.

const lang = document.documentElement.lang;
const dutch = lang === "nl";

// The panel beside the picture shows one step: the one that the address names, is chosen, or pointed at.
function stepThrough() {
  const stepper = document.getElementById("stepper");
  const steps = document.getElementById("steps");
  if (!stepper || !steps) return;
  const cards = [...steps.querySelectorAll(".card[data-step]")];
  const numbered = cards.filter((card) => card.dataset.position);
  const ofPool = document.getElementById("pool-told");
  const told = document.getElementById("step-told");
  const position = document.getElementById("step-position");
  const drawing = document.querySelector("svg.cycle");
  const panel = stepper.parentElement;
  let current = 0;
  let scrolled = null; // how far the panel was, while it shows something else than what is chosen

  const reveal = (card, isMeant) => {
    for (const each of steps.children) each.hidden = each !== card;
    for (const shape of drawing.querySelectorAll("[data-step], [data-pool]")) {
      shape.classList.toggle("current", isMeant(shape.dataset));
    }
  };
  const show = (card) => {
    const { step, from, to } = card.dataset;
    reveal(card, (shape) => (shape.step ? shape.step === step : `${from} ${to}`.split(" ").includes(shape.pool)));
  };
  const showPool = (pool, name) => {
    const joined = new Set();
    ofPool.querySelector("h3").textContent = name;
    for (const end of ["to", "from"]) {
      const found = cards.filter((card) => card.dataset[end].split(" ").includes(pool));
      const names = found.map((card) => card.querySelector("h3").textContent.trim());
      ofPool.querySelector(`.${end}`).textContent = names.join("; ") || "–";
      for (const card of found) joined.add(card.dataset.step);
    }
    reveal(ofPool, (shape) => (shape.step ? joined.has(shape.step) : shape.pool === pool));
  };
  const go = (index, aloud = true) => {
    current = (index + cards.length) % cards.length;
    scrolled = null;
    show(cards[current]);
    panel.scrollTop = 0;
    const place = numbered.indexOf(cards[current]);
    const words = dutch ? ["Stap", "van"] : ["Step", "of"];
    position.textContent = place < 0 ? "" : `${words[0]} ${place + 1} ${words[1]} ${numbered.length}`;
    if (!aloud) return;
    const { step, position: number } = cards[current].dataset;
    history.replaceState(null, "", `#step=${number || step}`);
    const [start, goal] = cards[current].querySelectorAll("dd");
    const name = cards[current].querySelector("h3").textContent;
    told.textContent = `${position.textContent}: ${name}. ${start.textContent} → ${goal.textContent}`;
  };
  const wanted = () => {
    const name = location.hash.replace(/^#step[=-]/, ""); // never decoded: these names are plain, others are not ours
    return cards.findIndex(({ dataset }) => name && (dataset.step === name || dataset.position === name));
  };
  const indexOf = (shape) => cards.findIndex((card) => card.dataset.step === shape?.dataset.step);

  // what is pointed at, or has the focus, is shown until it is left; what is chosen, and the address, stay
  const comeBack = () => {
    if (scrolled === null) return;
    show(cards[current]);
    panel.scrollTop = scrolled;
    scrolled = null;
  };
  const preview = ({ target }) => {
    const shape = target.closest("[data-step], [data-pool]");
    if (!shape) return comeBack();
    scrolled ??= panel.scrollTop;
    if (shape.dataset.pool) showPool(shape.dataset.pool, shape.getAttribute("aria-label"));
    else show(cards[indexOf(shape)]);
    panel.scrollTop = 0;
  };

  // from a step of the cycle to the next one of it, round and round; from another one to whatever follows
  const walk = (by) => {
    const place = numbered.indexOf(cards[current]);
    if (place < 0) go(current + by);
    else go(cards.indexOf(numbered[(place + by + numbered.length) % numbered.length]));
  };

  document.documentElement.classList.add("scripted");
  drawing.classList.add("stepping");
  stepper.hidden = false;
  steps.classList.add("one-at-a-time");
  document.getElementById("previous-step").addEventListener("click", () => walk(-1));
  document.getElementById("next-step").addEventListener("click", () => walk(1));
  const box = document.querySelector(".picture");
  for (const place of [stepper, box, steps]) {
    place.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        walk(by);
      }
    });
  }
  drawing.addEventListener("click", (event) => {
    const index = indexOf(event.target.closest("[data-step]"));
    if (index >= 0) {
      event.preventDefault();
      go(index);
      cards[index].focus({ preventScroll: true });
    }
  });
  drawing.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") preview(event);
  });
  drawing.addEventListener("pointerleave", comeBack);
  drawing.addEventListener("focusin", preview);
  drawing.addEventListener("focusout", comeBack);
  addEventListener("hashchange", () => {
    if (wanted() >= 0) go(wanted(), false);
  });
  const first = wanted();
  const opening = cards.findIndex((card) => card.classList.contains("opens"));
  go(first >= 0 ? first : Math.max(opening, 0), false);
  if (first >= 0) document.getElementById("cycle").scrollIntoView();
}

stepThrough();
