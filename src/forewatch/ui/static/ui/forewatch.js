// Small comforts. Every page works without this file; README.md of this folder says what the attributes do.
(() => {
  "use strict";

  const said = document.documentElement.dataset;
  const clock = () => new Date().toTimeString().slice(0, 5);
  const on = (event, selector, act) =>
    document.addEventListener(event, (happened) => {
      const found = happened.target.closest?.(selector);
      if (found) act(found, happened);
    });

  // On a narrow screen the page one is on may lie beyond the edge of the navigation.
  document.querySelector(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  on("click", "[data-print]", () => window.print());

  // A day among many is found quicker by sliding; the list of days beside it says and does the same.
  for (const select of document.querySelectorAll("select[data-slide]")) {
    const days = [...select.options].reverse();
    const range = document.createElement("input");
    Object.assign(range, { type: "range", min: 0, max: days.length - 1, value: days.indexOf(select.selectedOptions[0]) });
    range.setAttribute("aria-label", select.labels[0].textContent);
    const chosen = () => {
      select.value = days[range.value].value;
      range.setAttribute("aria-valuetext", days[range.value].text);
    };
    range.addEventListener("input", chosen);
    range.addEventListener("pointerup", () => select.form.requestSubmit());
    chosen();
    select.after(range);
  }

  on("click", "[data-copy]", async (button) => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    button.textContent = said.copied;
  });

  // Lists: the arrows, or j and k, move between rows while one of them has the focus.
  const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
  on("keydown", "[data-keys] a.row", (row, key) => {
    if (!(key.key in steps) || key.ctrlKey || key.metaKey || key.altKey) return;
    const rows = [...row.closest("[data-keys]").querySelectorAll("a.row")];
    const next = rows[rows.indexOf(row) + steps[key.key]];
    if (next) next.focus();
    key.preventDefault();
  });

  // Forms: what was changed and not yet saved, by form.
  const changed = new Set();
  const waiting = new Map();

  const tell = (form, words, wrong) => {
    const status = form.querySelector("[data-autosave-status]");
    if (!status) return;
    status.textContent = words;
    status.classList.toggle("error", wrong);
  };

  const save = async (form, leaving = false) => {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    const draft = new FormData(form);
    for (const [name, value] of [...draft]) if (value instanceof File) draft.delete(name);
    draft.set("autosave", "1");
    changed.delete(form);
    try {
      // A redirect would be the sign-in page: the session is over, and nothing was saved.
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: draft, redirect: "manual", keepalive: leaving });
      if (!answer.ok) throw new Error(answer.status);
      tell(form, said.saved.replace("{time}", clock()), false);
    } catch {
      changed.add(form);
      tell(form, said.unsaved, true);
      if (!leaving) waiting.set(form, setTimeout(save, 15000, form));
    }
  };

  const change = (form) => {
    changed.add(form);
    if (!form.dataset.autosave) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(save, 1500, form));
  };
  on("input", "form[data-guard], form[data-autosave]", change);
  on("change", "form[data-guard], form[data-autosave]", change);
  on("submit", "form", (form) => {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    changed.delete(form);
  });

  // A phone may never come back to a page that it hides: what still waits is saved now.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") for (const form of [...waiting.keys()]) save(form, true);
  });
  window.addEventListener("beforeunload", (leaving) => {
    if ([...changed].some((form) => form.isConnected && "guard" in form.dataset && !waiting.has(form))) leaving.preventDefault();
  });

  // A page left open past the session shows nothing more; while somebody types, the session goes on.
  // Whoever is signed out in one window is signed out in all of them, and the first to learn it tells the others.
  const windows = new BroadcastChannel("session");
  if (said.ends) {
    let used = Date.now();
    let typed = false;
    const clear = () => {
      document.body.replaceChildren();
      location.replace(`${said.door}?${new URLSearchParams({ next: location.pathname })}`);
    };
    const goOn = async () => {
      typed = false;
      const answer = await fetch(said.alive, { method: "HEAD", redirect: "manual" }).catch(() => null);
      if (answer?.ok) used = Date.now();
      else if (answer) clear();
    };
    const look = () => {
      const idle = (Date.now() - used) / 1000;
      if (idle >= said.ends) clear();
      else if (typed && idle >= said.ends / 3) goOn();
    };
    document.addEventListener("input", () => { typed = true; });
    // What a page asks by itself is no use of it: the server does not count it either.
    document.addEventListener("htmx:afterOnLoad", ({ target }) => { if (!target.matches(".alarms")) used = Date.now(); });
    document.addEventListener("visibilitychange", look);
    window.addEventListener("pageshow", look);
    setInterval(look, Math.min(5000, said.ends * 100));
    windows.addEventListener("message", clear);
  } else if ("nobody" in said) {
    windows.postMessage("out");
  }

  // allauth tells of a passkey that was refused or not found; the page says so instead of the console.
  document.addEventListener("allauth.error", (problem) => {
    problem.preventDefault();
    const words = document.querySelector("[data-passkey-problem]");
    if (words) words.hidden = false;
  });
})();
