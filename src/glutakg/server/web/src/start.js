// The start page: suggestions for the search box, and going round the cycle one step at a time.

const lang = document.documentElement.lang;
const dutch = lang === "nl";

// The panel beside the picture shows one step: the one that the address names, is chosen, or pointed at.
function stepThrough() {
  const stepper = document.getElementById("stepper");
  const steps = document.getElementById("steps");
  if (!stepper || !steps) return;
  const cards = [...steps.children];
  const numbered = cards.filter((card) => card.dataset.position);
  const told = document.getElementById("step-told");
  const position = document.getElementById("step-position");
  const drawing = document.querySelector("svg.cycle");
  let current = 0;

  const show = (index) => {
    const { step, from, to } = cards[index].dataset;
    cards.forEach((card, number) => (card.hidden = number !== index));
    drawing.querySelectorAll("[data-step], [data-pool]").forEach((shape) => {
      const on = shape.dataset.step ? shape.dataset.step === step : [from, to].includes(shape.dataset.pool);
      shape.classList.toggle("current", on);
    });
    drawing.classList.add("stepping");
    const place = numbered.indexOf(cards[index]);
    const words = dutch ? ["Stap", "van"] : ["Step", "of"];
    position.textContent = place < 0 ? "" : `${words[0]} ${place + 1} ${words[1]} ${numbered.length}`;
  };
  const go = (index, aloud = true) => {
    current = (index + cards.length) % cards.length;
    show(current);
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
  const indexOf = (event) => {
    const badge = event.target.closest("a.badge");
    return badge ? cards.findIndex((card) => card.dataset.step === badge.dataset.step) : -1;
  };

  // from a step of the cycle to the next one of it, round and round; from another one to whatever follows
  const walk = (by) => {
    const place = numbered.indexOf(cards[current]);
    if (place < 0) go(current + by);
    else go(cards.indexOf(numbered[(place + by + numbered.length) % numbered.length]));
  };

  document.documentElement.classList.add("scripted");
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
    const index = indexOf(event);
    if (index >= 0) {
      event.preventDefault();
      go(index);
      cards[index].focus({ preventScroll: true });
    }
  });
  drawing.addEventListener("pointerover", (event) => {
    const index = event.pointerType === "mouse" ? indexOf(event) : -1;
    show(index >= 0 ? index : current);
  });
  drawing.addEventListener("pointerleave", () => show(current));
  addEventListener("hashchange", () => {
    if (wanted() >= 0) go(wanted(), false);
  });
  const first = wanted();
  const opening = cards.findIndex((card) => card.classList.contains("opens"));
  go(first >= 0 ? first : Math.max(opening, 0), false);
  if (first >= 0) document.getElementById("cycle").scrollIntoView();
}

stepThrough();
