// The search box, on every page: suggestions while one types, and / to get there.
import { suggestFor } from "./suggestions.js";

const input = document.getElementById("search");
if (input) {
  suggestFor(input, { address: input.form.action, open: true, status: document.getElementById("search-status") });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .CodeMirror");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
