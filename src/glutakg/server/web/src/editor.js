// The editor of YASGUI in place of the plain field, with completion from our own terms; loaded after the answer.
import Yasqe from "@zazuko/yasqe";
import { completers } from "./completion.js";
import { words } from "./words.js";

export function editorFor(place, { root, prefixes, run }) {
  const value = place.querySelector("textarea").value;
  place.replaceChildren();
  const yasqe = new Yasqe(place, {
    autocompleters: completers(Yasqe, root, prefixes),
    collapsePrefixesOnLoad: false,
    consumeShareLink: null,
    createShareableLink: null,
    persistenceId: null,
    prefixCcApi: null,
    resizeable: false,
    screenReaderLabel: words.editor,
    showQueryButton: false,
    value,
    extraKeys: {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-Space": () => yasqe.autocomplete(),
      Tab: false,
      "Shift-Tab": false,
    },
  });
  const notify = yasqe.showNotification.bind(yasqe);
  yasqe.showNotification = (key, message) => notify(key, words.notifications[message] ?? message);
  const scroller = place.querySelector(".CodeMirror-scroll");
  for (const [name, told] of Object.entries({ tabindex: "0", role: "region", "aria-label": words.scroll })) {
    scroller.setAttribute(name, told);
  }
  place.querySelectorAll("textarea").forEach((area) => area.setAttribute("aria-label", words.editor));
  const start = value.split("\n").findIndex((line) => line && !/^(#|PREFIX\b)/i.test(line));
  yasqe.scrollTo(0, yasqe.heightAtLine(Math.max(0, start), "local")); // what it asks stands above
  addEventListener("beforeprint", () => yasqe.setOption("viewportMargin", Infinity)); // all lines, not those in view
  return yasqe;
}
