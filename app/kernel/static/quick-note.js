// The quick note: what is typed stays in this tab until it is sent, and is sent by itself when the line comes back.
"use strict";
(function () {
  const form = document.querySelector("form[data-quick-note]");
  const KEY = "quick-note";
  const HOUR = 3600000;
  const fields = () => [...form.elements].filter((one) => one.name && one.type !== "file" && one.type !== "submit");
  const forget = () => sessionStorage.removeItem(KEY);
  // The page after a note that was kept.
  if (!form) {
    forget();
    return;
  }
  const offline = form.querySelector("[data-offline]");
  const owner = form.dataset.quickNote;
  let waiting = false;

  function keep() {
    const said = Object.fromEntries(fields().map((one) => [one.name, one.value]));
    sessionStorage.setItem(KEY, JSON.stringify({ owner, at: Date.now(), path: location.pathname, said }));
  }

  function bringBack() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY));
    } catch {
      kept = null;
    }
    // Of somebody else who was signed in here, of another page, or of yesterday: nothing of it stays.
    if (!kept || kept.owner !== owner || kept.path !== location.pathname || Date.now() - kept.at > 12 * HOUR) {
      forget();
      return;
    }
    if (form.querySelector(".errors")) return;
    for (const one of fields()) if (one.name in kept.said) one.value = kept.said[one.name];
  }

  bringBack();
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) {
      offline.hidden = true;
      return;
    }
    event.preventDefault();
    waiting = true;
    offline.hidden = false;
  });
  addEventListener("online", () => {
    if (waiting) form.requestSubmit();
  });
})();
