// The stage: one SVG, its controls, and what a reader does to them. All meaning lives in the kernel; here are only
// pointing, focus, number entry and a queue that never lets more than one message wait for its answer.

const STYLE = `
.course-stage { color: var(--jp-content-font-color1, inherit); padding: 2px; position: relative;
  font-family: var(--jp-content-font-family, system-ui, sans-serif); font-size: var(--jp-content-font-size1, 14px); }
.course-stage .try { margin: 0 0 .6em; padding: .35em .8em; border-left: 3px solid #0072B2; }
.course-stage .try p { margin: .15em 0; }
.course-stage .controls { display: flex; flex-wrap: wrap; gap: .5em 1.6em; align-items: center; margin: 0 0 .6em; }
.course-stage .control { display: inline-flex; align-items: center; gap: .5em; }
.course-stage .control label, .course-stage .control .label { color: var(--jp-content-font-color1, inherit); }
.course-stage output { min-width: 2.2em; font-variant-numeric: tabular-nums; }
.course-stage input[type=range] { width: 11em; accent-color: #0072B2; }
.course-stage input[type=checkbox] { accent-color: #0072B2; width: 1.1em; height: 1.1em; }
.course-stage input[type=text], .course-stage select, .course-stage button { font: inherit; padding: .2em .5em;
  color: var(--jp-content-font-color1, #1a1a1a); background: var(--jp-layout-color1, #fff);
  border: 1px solid var(--jp-border-color0, #8a8a8a); border-radius: 4px; }
.course-stage button { cursor: pointer; padding: .25em .9em; }
.course-stage button:hover { background: var(--jp-layout-color2, #eee); }
.course-stage :is(input, select, button):focus-visible { outline: 2px solid #0072B2; outline-offset: 2px; }
.course-stage .problem { color: var(--jp-content-font-color1, inherit); border-left: 3px solid #D2391E; padding-left: .5em; }
.course-stage .frame { position: relative; display: inline-block; max-width: 100%; line-height: 0; }
.course-stage .frame text { user-select: none; }
.course-stage [data-pick], .course-stage [data-edit] { cursor: pointer; }
.course-stage [data-drag] { cursor: grab; touch-action: none; }
.course-stage g:focus { outline: none; }
.course-stage .lit > .halo { stroke: currentColor; stroke-width: 3px; }
.course-stage .over > .halo, .course-stage g:focus-visible > .halo { stroke: currentColor; stroke-width: 2px; stroke-dasharray: 4 2; }
.course-stage [data-pick]:focus-visible:not(:has(> .halo)) { outline: 2px solid currentColor; }
.course-stage .entry { position: absolute; box-sizing: border-box; text-align: center; line-height: normal;
  padding: 0 !important; min-width: 3.5em; z-index: 5; }
.course-stage .entry[aria-invalid=true] { border: 2px dashed #D2391E; }
.course-stage .caption { color: var(--jp-content-font-color2, #555); margin-top: .4em; }
.course-stage .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const ACTIVE = "[data-pick], [data-edit], [data-drag], [data-links]";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let stages = 0;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// JupyterLab takes arrow keys and letters as commands of the notebook unless the focused element itself says no.
function keepKeys(element) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
}

function keyOf(element) {
  const { pick, edit, cell, drag } = element.dataset;
  return pick ?? edit ?? cell ?? drag;
}

// --- messages: at most one on its way; what happens meanwhile waits and is joined -------------------------------

function queueTo(model, told) {
  let busy = false;
  let values = {};
  let events = [];
  function flush() {
    if (busy || (!Object.keys(values).length && !events.length)) return;
    told(busy = true);
    model.send({ values, events });
    values = {};
    events = [];
  }
  return {
    set(name, value) { values[name] = value; flush(); },
    report(event) {
      const last = events[events.length - 1];
      if (last && last.event === "drag" && event.event === "drag" && last.key === event.key) {
        last.dx += event.dx;
        last.dy += event.dy;
      } else events.push(event);
      flush();
    },
    answered() { told(busy = false); flush(); },
    waits(name) { return name in values; },
  };
}

// --- controls ----------------------------------------------------------------------------------------------------

function controlFor(spec, id, queue) {
  const box = make("div", { class: "control" });
  const label = make("label", { for: id }, spec.label);
  const problem = make("span", { class: "problem", role: "alert", id: `${id}-problem` });
  let update;
  if (spec.kind === "slider") {
    const input = make("input", { type: "range", id });
    const shown = make("output", { for: id });
    input.addEventListener("input", () => { shown.textContent = minus(input.value); queue.set(spec.name, Number(input.value)); });
    update = (now) => {
      Object.assign(input, { min: now.lo, max: now.hi, step: now.step });
      if (!queue.waits(spec.name)) { input.value = now.value; shown.textContent = minus(String(now.value)); }
    };
    box.append(label, input, shown);
  } else if (spec.kind === "choice") {
    const select = make("select", { id });
    select.addEventListener("change", () => queue.set(spec.name, select.selectedIndex));
    update = (now) => {
      if (select.options.length !== now.options.length || now.options.some((text, i) => select.options[i].text !== text))
        select.replaceChildren(...now.options.map((text) => make("option", {}, text)));
      if (!queue.waits(spec.name)) select.selectedIndex = now.value;
    };
    box.append(label, select);
  } else if (spec.kind === "toggle") {
    const input = make("input", { type: "checkbox", id });
    input.addEventListener("change", () => queue.set(spec.name, input.checked));
    update = (now) => { if (!queue.waits(spec.name)) input.checked = now.value; };
    box.append(input, label);
  } else if (spec.kind === "numbers") {
    const input = make("input", { type: "text", id, size: String(Math.max(8, spec.size || 18)), autocomplete: "off", spellcheck: "false", "aria-describedby": problem.id });
    let told = null;
    const tell = () => { if (input.value !== told) { told = input.value; queue.set(spec.name, input.value); } };
    input.addEventListener("change", tell);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") tell(); });
    update = (now) => {
      problem.textContent = now.problem || "";
      input.setAttribute("aria-invalid", now.problem ? "true" : "false");
      if (!now.problem && !queue.waits(spec.name)) input.value = told = now.value;
    };
    box.append(label, input, problem);
  } else {
    const button = make("button", { type: "button", id }, spec.label);
    button.addEventListener("click", () => queue.report({ event: "press", key: spec.name }));
    update = (now) => { button.textContent = now.label; };
    box.append(button);
  }
  box.querySelectorAll("input, select, button").forEach(keepKeys);
  return { box, update };
}

function minus(text) { return text.replace("-", "\u2212"); }

// --- the picture ---------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const id = `course-stage-${++stages}`;
  // For whoever looks on from outside: whether an answer is awaited, and how many have come.
  const queue = queueTo(model, (busy) => { root.dataset.busy = busy; });
  const tryThis = make("div", { class: "try" });
  const controls = make("div", { class: "controls" });
  const frame = make("div", { class: "frame" });
  const caption = make("div", { class: "caption" });
  const spoken = make("div", { class: "unseen", "aria-live": "polite" });
  const root = make("div", { class: "course-stage" },
    make("style", {}, STYLE), tryThis, controls, frame, caption, spoken);
  el.append(root);

  const built = new Map();
  const lastIn = new Map();
  let dragging = null;
  let entry = null;
  let drawn = null;

  function showControls() {
    const specs = model.get("controls");
    if (specs.map((s) => s.name + s.kind).join() !== [...built.keys()].join()) {
      built.clear();
      specs.forEach((spec, i) => built.set(spec.name + spec.kind, controlFor(spec, `${id}-control-${i}`, queue)));
      controls.replaceChildren(...[...built.values()].map((c) => c.box));
    }
    specs.forEach((spec) => built.get(spec.name + spec.kind).update(spec));
    controls.style.display = specs.length ? "" : "none";
  }

  function showPicture() {
    // One answer changes several traits, each of which reports; the picture is drawn once.
    const svgText = model.get("svg"), alt = model.get("alt");
    if (drawn && drawn.svgText === svgText && drawn.alt === alt) return;
    drawn = { svgText, alt };
    const held = frame.contains(document.activeElement) ? document.activeElement : null;
    const heldAt = held && held.dataset ? { key: keyOf(held), ...held.dataset } : null;
    const hovered = frame.querySelector(".over");
    const hoveredKey = hovered && keyOf(hovered);
    const kept = entry && entry.input;
    frame.innerHTML = svgText;
    if (kept) frame.append(kept);
    const svg = frame.querySelector("svg");
    if (!svg) return;
    const active = [...svg.querySelectorAll(ACTIVE)];
    svg.setAttribute("role", active.length ? "group" : "img");
    svg.setAttribute("aria-label", alt);
    const first = new Map();
    for (const element of active) {
      const grid = element.dataset.grid;
      if (element.matches("[data-pick], [data-edit], [data-drag]")) element.setAttribute("role", "button");
      else element.setAttribute("role", "img");
      const stop = grid === undefined || !first.has(grid) || keyOf(element) === lastIn.get(grid);
      if (stop && grid !== undefined) {
        if (first.has(grid)) first.get(grid).setAttribute("tabindex", "-1");
        first.set(grid, element);
      }
      element.setAttribute("tabindex", stop ? "0" : "-1");
      keepKeys(element);
    }
    if (heldAt && !kept) {
      const again = active.find((e) => keyOf(e) === heldAt.key)
        || active.filter((e) => e.dataset.grid === heldAt.grid).pop();
      if (again) again.focus({ preventScroll: true });
    }
    const still = hoveredKey && active.find((e) => keyOf(e) === hoveredKey);
    if (still) light(still);
  }

  function show() {
    tryThis.replaceChildren(...model.get("try_this").map((text, i) => {
      const line = make("p");
      if (i === 0) line.append(make("b", {}, "Try this: "));
      line.append(text);
      return line;
    }));
    tryThis.style.display = model.get("try_this").length ? "" : "none";
    showControls();
    showPicture();
    caption.textContent = model.get("caption");
    caption.style.display = model.get("caption") ? "" : "none";
  }

  // --- lighting up what belongs together --------------------------------------------------------------------------

  function light(element) {
    frame.querySelectorAll(".lit, .over").forEach((e) => e.classList.remove("lit", "over"));
    if (!element) return;
    element.classList.add("over");
    const wanted = new Set((element.dataset.links || "").split(" ").filter(Boolean));
    if (wanted.size) frame.querySelectorAll("[data-cell], [id]").forEach((e) => {
      if (wanted.has(e.dataset.cell) || wanted.has(e.id)) e.classList.add("lit");
    });
  }

  const activeAt = (event) => event.target.closest && frame.contains(event.target) && event.target.closest(ACTIVE);

  // A redrawn picture slides under a resting mouse and makes the browser report it; only a mouse that moved counts.
  let restsAt = "";
  frame.addEventListener("pointerover", (event) => {
    const here = `${event.clientX},${event.clientY}`;
    if (!dragging && here !== restsAt) light(activeAt(event));
    restsAt = here;
  });
  frame.addEventListener("pointerleave", () => {
    const focused = document.activeElement;
    light(frame.contains(focused) && focused.matches(ACTIVE) ? focused : null);
  });
  frame.addEventListener("focusin", (event) => {
    const element = activeAt(event);
    if (!element) return;
    const grid = element.dataset.grid;
    if (grid !== undefined) {
      for (const other of frame.querySelectorAll(`[data-grid="${CSS.escape(grid)}"][tabindex="0"]`)) other.setAttribute("tabindex", "-1");
      element.setAttribute("tabindex", "0");
      lastIn.set(grid, keyOf(element));
    }
    light(element);
  });

  // --- picking, editing, dragging ---------------------------------------------------------------------------------

  function act(element, how, typed) {
    if (element.dataset.edit !== undefined) edit(element, typed);
    else if (element.dataset.pick !== undefined) queue.report({ event: how, key: element.dataset.pick });
  }

  frame.addEventListener("click", (event) => {
    const element = activeAt(event);
    if (element && !(dragging && dragging.moved)) act(element, "click");
  });

  frame.addEventListener("keydown", (event) => {
    const element = activeAt(event);
    if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
    const data = element.dataset;
    const arrow = ARROWS[event.key];
    const acts = data.pick !== undefined || data.edit !== undefined;
    if (arrow && data.drag !== undefined && (!acts || event.shiftKey)) {
      queue.report({ event: "drag", key: data.drag, dx: arrow[0], dy: arrow[1] });
    } else if (arrow && data.grid !== undefined) {
      const row = Number(data.row) + arrow[1], column = Number(data.col) + arrow[0];
      const next = frame.querySelector(`[data-grid="${CSS.escape(data.grid)}"][data-row="${row}"][data-col="${column}"][tabindex]`);
      if (next) next.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      act(element, "enter");
    } else if (data.edit !== undefined && /^[-0-9.]$/.test(event.key)) {
      edit(element, event.key);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  frame.addEventListener("pointerdown", (event) => {
    const element = activeAt(event);
    dragging = null;
    if (!element || element.dataset.drag === undefined || event.button !== 0) return;
    const scale = element.ownerSVGElement.getScreenCTM().a || 1;
    dragging = { key: element.dataset.drag, pitch: Number(element.dataset.pitch || 36) * scale,
      x: event.clientX, y: event.clientY, dx: 0, dy: 0, moved: false, down: true };
  });
  function moved(event) {
    if (!dragging || !dragging.down) return;
    const dx = Math.round((event.clientX - dragging.x) / dragging.pitch) - dragging.dx;
    const dy = Math.round((event.clientY - dragging.y) / dragging.pitch) - dragging.dy;
    if (!dx && !dy) return;
    dragging.dx += dx;
    dragging.dy += dy;
    dragging.moved = true;
    queue.report({ event: "drag", key: dragging.key, dx, dy });
    event.preventDefault();
  }
  function released() {
    if (!dragging) return;
    dragging.down = false;
    const done = dragging;
    setTimeout(() => { if (dragging === done) dragging = null; });  // after the click that ends a drag
  }
  window.addEventListener("pointermove", moved);
  window.addEventListener("pointerup", released);
  window.addEventListener("pointercancel", released);

  function edit(element, typed) {
    closeEntry(false);
    const key = element.dataset.edit;
    const place = element.getBoundingClientRect(), around = frame.getBoundingClientRect();
    const input = make("input", { type: "text", inputmode: "decimal", class: "entry", "aria-label": `${element.getAttribute("aria-label") || key}; new value` });
    const text = element.querySelector("text");
    keepKeys(input);
    input.value = typed ?? (text ? text.textContent.replace("\u2212", "-") : "");
    const width = Math.max(place.width, 48), height = Math.min(Math.max(place.height, 26), 40);
    Object.assign(input.style, {
      left: `${place.left - around.left + (place.width - width) / 2}px`,
      top: `${place.top - around.top + (place.height - height) / 2}px`,
      width: `${width}px`, height: `${height}px`,
    });
    entry = { input, key };
    frame.append(input);
    input.focus({ preventScroll: true });
    if (typed === undefined) input.select();
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { if (commit()) closeEntry(true); event.preventDefault(); }
      else if (event.key === "Escape") { closeEntry(true); event.preventDefault(); }
      event.stopPropagation();
    });
    input.addEventListener("input", () => input.removeAttribute("aria-invalid"));
    input.addEventListener("blur", () => { if (entry && entry.input === input) { commit(); closeEntry(false); } });
    function commit() {
      const value = readNumber(input.value);
      if (value === null) { input.setAttribute("aria-invalid", "true"); return false; }
      queue.report({ event: "edit", key, value });
      return true;
    }
  }

  function closeEntry(refocus) {
    if (!entry) return;
    const { input, key } = entry;
    entry = null;  // before removing, because removing blurs
    input.remove();
    if (refocus) {
      const element = [...frame.querySelectorAll("[data-edit]")].find((e) => e.dataset.edit === key);
      if (element) element.focus({ preventScroll: true });
    }
  }

  function answered() {
    const before = spoken.textContent;
    show();
    if (model.get("alt") !== before) spoken.textContent = model.get("alt");
    root.dataset.answers = Number(root.dataset.answers || 0) + 1;
    queue.answered();
  }

  show();
  const traits = ["svg", "controls", "caption", "try_this"].map((name) => `change:${name}`);
  model.on("change:reply", answered);
  // Changes from the kernel alone (explorer.set in another cell) come without a reply.
  traits.forEach((name) => model.on(name, show));
  return () => {
    model.off("change:reply", answered);
    traits.forEach((name) => model.off(name, show));
    window.removeEventListener("pointermove", moved);
    window.removeEventListener("pointerup", released);
    window.removeEventListener("pointercancel", released);
  };
}

function readNumber(text) {
  const tidy = text.trim().replace("\u2212", "-").replace(",", ".");
  const parts = tidy.split("/").map(Number);
  const value = parts.length === 2 ? parts[0] / parts[1] : parts[0];
  return tidy && parts.length < 3 && Number.isFinite(value) ? value : null;
}

export default { render };
