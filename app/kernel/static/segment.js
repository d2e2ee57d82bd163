// Building a segment: how many it means is asked for while the form is filled in. Without this a button asks.
"use strict";
(function () {
  const form = document.querySelector("form[data-segment]");
  const told = form && form.querySelector("[data-count]");
  if (!told) return;
  const sentence = form.querySelector("[data-sentence]");
  const rule = form.querySelector("[data-rule]");
  const counted = rule.textContent;
  const sample = document.querySelector("[data-sample]");
  let waiting = null;
  let asked = 0;

  async function ask() {
    const turn = ++asked;
    told.setAttribute("aria-busy", "true");
    try {
      // As the button sends it: many countries are more parts than a form of several kinds may have.
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.segment, { method: "POST", body });
      const said = answer.ok ? await answer.json() : null;
      // What was asked for later counts.
      if (said && turn === asked) show(said);
    } catch {
      // The line is away: the button still asks.
    } finally {
      if (turn === asked) told.removeAttribute("aria-busy");
    }
  }

  // The number, and whom it is a number of: never the words of one rule beside the number of another.
  function show(said) {
    told.textContent = said.words;
    sentence.textContent = said.sentence || "";
    rule.textContent = said.text || "";
    sentence.hidden = rule.parentElement.hidden = !said.text;
    // The sample, and the link to write to them, are of the rule that was counted by the button.
    if (sample) sample.hidden = said.text !== counted;
  }

  for (const event of ["input", "change"]) {
    form.addEventListener(event, (happened) => {
      if (!happened.target.name || !happened.target.name.startsWith("r")) return;
      clearTimeout(waiting);
      waiting = setTimeout(ask, 400);
    });
  }
})();
