// Building a segment: how many it means is asked for while the form is filled in. Without this a button asks.
"use strict";
(function () {
  const form = document.querySelector("form[data-segment]");
  const told = form && form.querySelector("[data-count]");
  if (!told) return;
  let waiting = null;
  let asked = 0;

  async function ask() {
    const turn = ++asked;
    told.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.segment, { method: "POST", body: new FormData(form) });
      const said = answer.ok ? await answer.json() : null;
      // What was asked for later counts.
      if (said && turn === asked) told.textContent = said.words;
    } catch {
      // The line is away: the button still asks.
    } finally {
      if (turn === asked) told.removeAttribute("aria-busy");
    }
  }

  for (const event of ["input", "change"]) {
    form.addEventListener(event, (happened) => {
      if (!happened.target.name || !happened.target.name.startsWith("r")) return;
      clearTimeout(waiting);
      waiting = setTimeout(ask, 400);
    });
  }
})();
