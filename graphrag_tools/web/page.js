// What the page does without its server: it keeps typed words, says when they were not sent, copies, and moves the focus.
"use strict";
(() => {
  const DRAFT = "graphrag-tools-draft", PENDING = "graphrag-tools-pending", ASKED = "graphrag-tools-asked",
    FOLDED = "graphrag-tools-folded";
  const MOST_ASKED = 50, MOST_PASTED = 50000, MOST_TRIES = 40;
  const kept = { // Some browsers refuse storage; then nothing is kept, and the rest works.
    get: name => { try { return sessionStorage.getItem(name) || ""; } catch { return ""; } },
    set: (name, value) => {
      try { value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name); } catch { /* refused */ }
    },
  };
  const find = chosen => document.querySelector(chosen);
  const field = () => find(".asking textarea");
  const isHere = () => Boolean(window.socket?.connected);
  const isBusy = () => find(".log")?.getAttribute("aria-busy") === "true";
  const asked = () => { try { return JSON.parse(kept.get(ASKED) || "[]"); } catch { return []; } };
  const say = words => { const heard = find(".heard"); if (heard) heard.textContent = words; };
  const submit = () => find(".asking").requestSubmit();
  const show = (name, on) => document.documentElement.classList.toggle(name, on);
  const isReady = () => Boolean(document.documentElement.dataset.ready);
  let at = null; // Which earlier question is in the field.
  let early = ""; // What was asked before the page had its server.

  function write(words) {
    const into = field();
    if (!into) return;
    into.value = words;
    into.dispatchEvent(new Event("input", { bubbles: true }));
    into.setSelectionRange(words.length, words.length);
  }

  // Submit words of which the server has not heard: they are typed anew, again if the framework draws the field empty.
  function send(words, tries) {
    write("");
    setTimeout(() => {
      write(words);
      setTimeout(() => field()?.value === words || !tries ? submit() : send(words, tries - 1), 50);
    }, 50);
  }

  // Fold the contents away, or show them again.
  function fold(on) {
    show("is-folded", on);
    find(".fold").setAttribute("aria-expanded", String(!on));
    kept.set(FOLDED, on ? "yes" : "");
  }

  function recall(step) {
    const all = asked(), next = (at ?? all.length) + step;
    if (next < 0 || next > all.length || !all.length) return false;
    at = next === all.length ? null : next;
    write(at === null ? "" : all[at]);
    return true;
  }

  function retry() {
    if (isHere()) { submit(); return; }
    fetch(location.href).then(answer => { if (answer.ok) location.reload(); }).catch(() => say("Still not sent."));
  }

  async function copy(words, button) {
    try {
      await navigator.clipboard.writeText(words);
    } catch { // Without https there is no clipboard but this one.
      const held = document.body.appendChild(document.createElement("textarea"));
      held.value = words;
      held.select();
      document.execCommand("copy");
      held.remove();
      button.focus();
    }
    say("Copied");
    button.classList.add("is-copied");
    setTimeout(() => button.classList.remove("is-copied"), 2000);
  }

  document.addEventListener("submit", event => {
    const words = event.target.matches(".asking") ? field()?.value.trim() : "";
    if (!words || (isBusy() && isHere())) return; // what is under way comes to nothing without the server
    kept.set(PENDING, words);
    show("is-unsent", !isHere() && isReady());
    if (!isHere() || !isReady()) {
      if (!isReady()) early = words;
      setTimeout(() => show("is-early", Boolean(early)), 500);
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    kept.set(ASKED, JSON.stringify([...asked().filter(one => one !== words), words].slice(-MOST_ASKED)));
    at = null;
  }, true);

  document.addEventListener("input", event => {
    if (event.target === field()) kept.set(DRAFT, event.target.value);
  });

  document.addEventListener("paste", event => {
    const length = event.target === field() ? event.clipboardData.getData("text").length : 0;
    if (length > MOST_PASTED) {
      event.preventDefault();
      say(`Not pasted: ${length} characters are too many for a question.`);
      show("is-too-much", true);
      setTimeout(() => show("is-too-much", false), 8000);
    }
  }, true);

  // Stop stands where Ask stood: the second click of a double click is not meant for it.
  document.addEventListener("click", event => {
    if (event.detail > 1 && event.target.closest(".stop")) event.stopImmediatePropagation();
  }, true);

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-copy], [data-link], .retry, .share, .fold, .map [data-item]");
    if (!button) return;
    if (button.matches(".retry")) retry();
    else if (button.matches(".fold")) fold(button.ariaExpanded === "true");
    else if (button.matches(".share")) copy(shared(), button);
    else if (button.dataset.item) emitEvent("open", button.dataset.item);
    else copy(button.dataset.copy || location.origin + button.dataset.link, button);
  });

  // The address of what is shown: an item, the answer that is looked at, or the page itself.
  function shared() {
    if (location.pathname.startsWith("/item/")) return location.href;
    const cards = [...document.querySelectorAll(".answer")], turn = location.hash.slice(1);
    const card = cards.find(one => one.dataset.turn === turn) || cards.at(-1);
    return location.origin + (card?.querySelector("[data-link]").dataset.link || "/");
  }

  // Ask what was typed into the field that finds names.
  function askFound(from) {
    const words = from.value.trim();
    if (!words || isBusy()) return;
    from.value = "";
    from.dispatchEvent(new Event("input", { bubbles: true }));
    write(words);
    setTimeout(submit); // after the framework has told the server of the words
  }

  // The items of a tree, the tabs and the entries of a screen are walked with the arrow keys.
  function walk(event) {
    const here = event.target, key = event.key, shown = chosen => [...document.querySelectorAll(chosen)];
    const step = { ArrowDown: 1, ArrowUp: -1 }[key], side = { ArrowRight: 1, ArrowLeft: -1 }[key];
    let to = null;
    if (here.matches("[role=tab]") && side) {
      const tabs = shown("[role=tab]");
      to = tabs[(tabs.indexOf(here) + side + tabs.length) % tabs.length];
      to.click();
    } else if (here.matches("[role=treeitem]")) {
      const all = shown("[role=treeitem]");
      if (step) to = all[all.indexOf(here) + step];
      else if (key === "Home" || key === "End") to = all.at(key === "Home" ? 0 : -1);
      else if (side === 1 && here.ariaExpanded === "false") here.click();
      else if (side === 1) to = here.parentElement.querySelector("[role=group] [role=treeitem]");
      else if (side === -1) to = here.closest("[role=group]")?.parentElement.querySelector("[role=treeitem]");
      else return;
    } else if (here.matches(".entry") && (step || side)) {
      const screen = here.closest(".screen"), entries = [...screen.querySelectorAll("button.entry")];
      const other = side === 1 ? screen.nextElementSibling : screen.previousElementSibling;
      to = step ? entries[entries.indexOf(here) + step]
        : other?.querySelector("button.pressed") || other?.querySelector("button.entry");
    } else return;
    event.preventDefault();
    to?.focus();
  }

  document.addEventListener("keydown", event => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && isBusy()) { find(".stop").click(); return; }
    if (event.target === document.body && event.key.length === 1 && event.key !== " ") field()?.focus();
    if (event.key === "Enter" && event.target.matches(".find")) { askFound(event.target); return; }
    if (event.target !== field()) { walk(event); return; }
    if (event.shiftKey) return;
    const words = field().value, isRecalled = at !== null && words === asked()[at];
    if (event.key === "Enter") {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && (!words || isRecalled)) {
      if (recall(-1)) event.preventDefault();
    } else if (event.key === "ArrowDown" && isRecalled) {
      if (recall(1)) event.preventDefault();
    }
  });

  window.addEventListener("popstate", () => emitEvent("address", location.pathname + location.search + location.hash));

  window.graphragTools = {
    // The page is drawn and its server listens: give back what was typed, and say what was asked in vain.
    ready() {
      window.socket.on("disconnect", () => show("is-away", true));
      window.socket.on("connect", () => show("is-away", false));
      const pending = early ? "" : kept.get(PENDING), words = early ? "" : kept.get(DRAFT) || pending;
      if (words && !field().value) write(words);
      show("is-unsent", Boolean(pending));
      show("is-early", false);
      document.documentElement.dataset.ready = "true";
      if (kept.get(FOLDED)) fold(true);
      if (early) send(early, MOST_TRIES);
      early = "";
      if (document.activeElement === document.body && !find(".answer") && matchMedia("(min-width: 821px)").matches)
        field().focus();
      if (location.hash) emitEvent("address", location.pathname + location.search + location.hash);
    },
    // The server has taken the question and is done with it; words to be kept may have crossed those that it took away.
    done(kept_words) {
      if (kept_words && !field()?.value) write(kept_words);
      kept.set(PENDING, "");
      show("is-unsent", false);
      kept.set(DRAFT, field()?.value || "");
      if (kept_words && document.activeElement === field()) field().select(); // so that what is typed next replaces it
    },
    // A view was drawn: bring what it is drawn for into sight.
    shown() {
      const mark = find(".screens") ? null : find(".view mark"), menu = find(".menu");
      if (mark) menu.scrollTop += mark.getBoundingClientRect().top - menu.getBoundingClientRect().top - menu.clientHeight / 3;
      else menu.scrollTop = 0;
      graphragTools.screen(null);
    },
    // Bring the entries that are pressed into view, and the screen of one tap to the front.
    screen(number) {
      for (const pressed of document.querySelectorAll(".screen .pressed")) {
        const list = pressed.closest("ul");
        list.scrollTop = pressed.offsetTop - list.offsetTop - list.clientHeight / 2;
      }
      const all = document.querySelectorAll(".screen");
      const one = number === null ? all[all.length - 1] : all[Math.min(number, all.length - 1)];
      if (one) one.parentElement.scrollLeft = one.offsetLeft - one.parentElement.offsetLeft;
      if (number !== null) one?.querySelector("button.pressed, button.entry")?.focus();
    },
    // Bring an answer's question to the top: by its number, or the last of all for 0.
    turn(number) {
      const card = number && find(`.log [data-turn="${number}"]`);
      const questions = document.querySelectorAll(".log .question");
      (card ? card.previousElementSibling : questions[questions.length - 1])?.scrollIntoView();
    },
  };
})();
