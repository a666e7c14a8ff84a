// The page of a term: identifiers are copied by a click.

const told = document.createElement("p");
told.className = "visually-hidden";
told.setAttribute("aria-live", "polite");
document.querySelector("main").append(told);

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // pages that are not served over https have no clipboard
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("The browser does not copy.");
}

for (const button of document.querySelectorAll("button.copy")) {
  const before = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copy(button.dataset.copy);
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      return;
    }
    button.textContent = button.dataset.done;
    told.textContent = `${button.dataset.done}: ${button.dataset.copy}`;
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}
