// Passkeys: asks our own route what to ask the browser for, and puts its answer into the form. No library.
(() => {
  "use strict";
  const bytes = text =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
  const text = buffer =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = list => (list || []).map(entry => ({ ...entry, id: bytes(entry.id) }));

  async function ask(options) {
    if (options.create) {
      const asked = options.create;
      return navigator.credentials.create({ publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        user: { ...asked.user, id: bytes(asked.user.id) },
        excludeCredentials: known(asked.excludeCredentials),
      } });
    }
    const asked = options.get;
    return navigator.credentials.get({ publicKey: {
      ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials),
    } });
  }

  function answer(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {},
    });
  }

  for (const button of document.querySelectorAll("button[data-passkey]")) {
    const part = button.closest("[data-passkey-part]");
    const failed = part.querySelector("[data-passkey-failed]");
    if (!window.PublicKeyCredential) continue;
    part.querySelector("[data-passkey-missing]").hidden = true;
    button.hidden = false;
    button.addEventListener("click", async event => {
      event.preventDefault();
      const form = button.form;
      failed.hidden = true;
      button.disabled = true;
      try {
        const asked = await fetch(button.dataset.passkey, { method: "POST", body: new FormData(form) });
        if (!asked.ok) throw new Error(asked.status);
        const options = await asked.json();
        const credential = await ask(options);
        form.elements[button.dataset.step].value = options.step;
        form.elements[button.dataset.credential].value = answer(credential);
        form.submit();
      } catch (error) {
        failed.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
