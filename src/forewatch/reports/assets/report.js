"use strict";
// Drilling down: province, district, sub-district, village. The address (#XF0101) is the only state, so that
// the back button works and a view can be sent on. Everything is drawn from the data in the page.
(() => {
  const data = JSON.parse(document.getElementById("fw-data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const COLUMNS = ["high", "medium", "low", "not_enough_information", "assessed", "people", "mean_index_bp"];
  const STACK = [["high", "high"], ["medium", "medium"], ["low", "low"], ["not_enough_information", "unknown"]];
  const TALLEST = 640;
  const MARGIN = 6;

  const byId = (id) => document.getElementById(id);
  const places = new Map(data.codes.map((code, place) => [code, place]));
  const children = data.codes.map(() => []);
  data.parents.forEach((parent, place) => parent !== null && children[parent].push(place));

  // Figures: the same rules as in counts.py.
  const figure = (field, place) => data.figures[field][place];
  const known = (count) =>
    typeof count === "string" ? (count === "w" ? 0 : Number(count.slice(1))) : count || 0;
  const grouped = (number) => number.toLocaleString("en-US");

  function percent(part, whole) {
    const share = known(part);
    const of = known(whole);
    if (part === null || part === "w" || whole === "w" || of === 0) return "";
    return share === 0 || 100 * share >= of ? `${Math.floor((100 * share) / of)}%` : "<1%";
  }

  function points(bp) {
    if (bp === null) return "";
    const tenths = Math.floor((bp + 5) / 10);
    return `${Math.floor(tenths / 10)}.${tenths % 10}`;
  }

  // Words: both languages stand in the page, CSS shows one.
  const language = () => (byId("fw-th").checked ? "th" : "en");
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function both(words, values = {}) {
    const spans = document.createDocumentFragment();
    for (const code of ["en", "th"]) {
      const span = document.createElement("span");
      span.lang = code;
      span.textContent = filled(words[code] || words.en, values);
      spans.append(span);
    }
    return spans;
  }

  const say = (key, values) => both(data.words[key], values);
  const said = (key, values = {}) => filled(data.words[key][language()], values);
  const name = (place) => data.names[place] || said("all_areas");
  const nameNode = (place) =>
    data.names[place] ? document.createTextNode(data.names[place]) : say("all_areas");

  function countNode(count) {
    if (count === null) return say("count_none");
    if (typeof count === "number") return document.createTextNode(grouped(count));
    const withheld = document.createElement("i");
    withheld.append(
      count === "w" ? say("count_withheld") : say("count_at_least", { n: grouped(known(count)) }),
    );
    return withheld;
  }

  // A share or a mean: a dash where nobody was surveyed, words where there is no figure for another reason.
  function measureNode(text, assessed) {
    if (text) return document.createTextNode(text);
    if (assessed === null) return say("count_none");
    const missing = document.createElement("i");
    missing.append(say("count_not_given"));
    return missing;
  }

  function figureNode(field, value) {
    if (field === "assessed") return measureNode(percent(value("assessed"), value("people")), value("assessed"));
    if (field.endsWith("_bp")) {
      const text = points(value(field));
      const unit = text && (field === "h_bp" || field === "a_bp") ? "%" : "";
      return measureNode(text + unit, value("assessed"));
    }
    return countNode(value(field));
  }

  function fillCells(row, value) {
    COLUMNS.forEach((field, column) => {
      row.cells[column + 1].replaceChildren(figureNode(field, value));
    });
  }

  // Areas: their order, links and parts of the page.
  const signOf = (place) => data.signNames[data.signs[place]];
  const address = (place) => `#${encodeURIComponent(data.codes[place])}`;

  function ranked(list) {
    const rank = (place) => [figure("assessed", place) === null ? 1 : 0, -known(figure("high", place))];
    return [...list].sort((one, other) => {
      const [a, b] = [rank(one), rank(other)];
      return a[0] - b[0] || a[1] - b[1] || (data.codes[one] < data.codes[other] ? -1 : 1);
    });
  }

  function link(place) {
    const anchor = document.createElement("a");
    anchor.href = address(place);
    anchor.append(nameNode(place));
    return anchor;
  }

  function described(place) {
    const share = percent(figure("assessed", place), figure("people", place));
    const sign = said(`sign_${signOf(place)}`);
    const high = figure("high", place);
    if (high === null) return `${name(place)}: ${sign}`;
    const count = typeof high === "number" ? grouped(high) : countNode(high).querySelector(`[lang=${language()}]`).textContent;
    return said("script_area", { area: name(place), sign, count, share: share || "–" });
  }

  // The map.
  function corners(ring) {
    let [x, y] = ring;
    const found = [[x, y]];
    for (let at = 2; at < ring.length; at += 2) {
      x += ring[at];
      y += ring[at + 1];
      found.push([x, y]);
    }
    return found;
  }

  function frame(outlines, width) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of outlines.flat(2)) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    const inner = width - 2 * MARGIN;
    const scale = Math.min(inner / Math.max(1, right - left), (TALLEST - 2 * MARGIN) / Math.max(1, bottom - top));
    const shift = (width - scale * (right - left)) / 2;
    const at = ([x, y]) => [(shift + (x - left) * scale).toFixed(1), (MARGIN + (y - top) * scale).toFixed(1)];
    return { at, scale, height: Math.round((bottom - top) * scale) + 2 * MARGIN };
  }

  function drawn(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  function mapLabel(place, box) {
    const [x, y, radius] = data.shapes[place][1];
    const [left, top] = box.at([x, y]);
    const room = radius * box.scale;
    const fits = (halfWidth, halfHeight) => Math.hypot(halfWidth, halfHeight) <= room;
    const high = figure("high", place);
    const number = typeof high === "number" ? grouped(high) : known(high) ? `≥${grouped(known(high))}` : "";
    const letters = data.names[place].replace(/\p{M}/gu, "").length;
    const label = drawn("g", { "aria-hidden": "true" });
    const named = fits(3.3 * letters, number ? 15 : 7);
    if (number && fits(3.9 * number.length, 7)) {
      const text = drawn("text", { x: left, y: Number(top) + (named ? 9 : 0) });
      text.textContent = number;
      label.append(text);
    }
    if (named) {
      const text = drawn("text", { class: "name", x: left, y: Number(top) - (number ? 7 : 0) });
      text.textContent = data.names[place];
      label.append(text);
    }
    return label;
  }

  function mapOf(list, chosen, width) {
    const mapped = list.filter((place) => data.shapes[place]);
    const outlines = mapped.map((place) => data.shapes[place][0].map(corners));
    const box = frame(outlines, width);
    const svg = drawn("svg", { class: "areas", viewBox: `0 0 ${width} ${box.height}`, role: "group", "aria-labelledby": "fw-caption" });
    // Two lines, a pale one under a dark one: together they stand out from any fill.
    const focus = ["halo", "outline"].map((kind) => drawn("path", { class: kind, "aria-hidden": "true" }));
    mapped.forEach((place, index) => {
      const path = outlines[index].map((ring) => `M${ring.map((corner) => box.at(corner).join(" ")).join("L")}Z`).join("");
      const anchor = drawn("a", { href: address(place), "aria-label": described(place) });
      if (place === chosen) anchor.setAttribute("aria-current", "true");
      const area = drawn("path", { class: `s-${signOf(place)}`, d: path });
      const title = drawn("title", {});
      title.textContent = described(place);
      area.append(title);
      anchor.append(area);
      // Neighbours drawn later would cover half of an area's own outline, so one outline lies on top of all.
      for (const event of ["focus", "mouseenter"]) anchor.addEventListener(event, () => focus.forEach((line) => line.setAttribute("d", path)));
      for (const event of ["blur", "mouseleave"]) anchor.addEventListener(event, () => focus.forEach((line) => line.removeAttribute("d")));
      svg.append(anchor);
    });
    const border = mapped.indexOf(chosen);
    if (border >= 0) svg.append(drawn("path", { class: "chosen", d: svg.children[border].firstChild.getAttribute("d") }));
    svg.append(...mapped.map((place) => mapLabel(place, box)), ...focus);
    return svg;
  }

  // Bars: the parts of an area without boundaries, and people by band.
  function fillStack(svg, place, of = known(figure("people", place))) {
    const bars = [];
    let x = 0;
    const add = (sign, people) => {
      const width = (100 * people) / (of || 1);
      bars.push(drawn("rect", { class: `s-${sign}`, x: `${x}%`, width: `${width}%`, height: "100%" }));
      x += width;
    };
    if (figure("assessed", place) === null) add("unsurveyed", known(figure("people", place)));
    else STACK.forEach(([field, sign]) => add(sign, known(figure(field, place))));
    svg.replaceChildren(...bars);
    return svg;
  }

  function barsOf(list) {
    const bars = document.createElement("ol");
    bars.className = "bars";
    const widest = Math.max(...list.map((place) => known(figure("people", place))));
    for (const place of list) {
      const item = document.createElement("li");
      const number = document.createElement("span");
      number.className = "number";
      number.append(countNode(figure("high", place)));
      item.append(link(place), number, fillStack(drawn("svg", { class: "stack", "aria-hidden": "true" }), place, widest));
      bars.append(item);
    }
    return bars;
  }

  let shown = data.first;
  let width = 0;

  function drawPicture() {
    const list = ranked(siblings(shown));
    const holder = byId("fw-picture");
    width = holder.clientWidth || 720;
    const isMap = list.some((place) => data.shapes[place]);
    holder.firstElementChild.replaceWith(isMap ? mapOf(list, shown, width) : barsOf(list));
    const caption = (part) => holder.querySelector(`[data-caption=${part}]`);
    caption("map").hidden = !isMap;
    caption("bars").hidden = isMap;
    caption("partial").hidden = list.every((place) => data.shapes[place]);
  }

  // One view: an area with its parts; the lowest areas are shown among their neighbours.
  const siblings = (place) =>
    children[place].length || data.parents[place] === null ? children[place] : children[data.parents[place]];

  function fillTrail(place) {
    const chain = [];
    for (let at = place; at !== null; at = data.parents[at]) chain.unshift(at);
    byId("fw-trail").replaceChildren(
      ...chain.map((at) => {
        const item = document.createElement("li");
        if (at === place) {
          item.append(nameNode(at));
          item.setAttribute("aria-current", "location");
        } else item.append(link(at));
        return item;
      }),
    );
  }

  function fillTable(place) {
    const rows = ranked(siblings(place)).map((one) => {
      const row = byId("fw-row").content.firstElementChild.cloneNode(true);
      row.querySelector("rect").setAttribute("class", `s-${signOf(one)}`);
      row.querySelector("a").replaceWith(link(one));
      row.querySelector("small").append(say(`sign_${signOf(one)}`));
      if (one === place) row.setAttribute("aria-current", "true");
      fillCells(row, (field) => figure(field, one));
      return row;
    });
    byId("fw-children").tBodies[0].replaceChildren(...rows);
  }

  const TEXTS = {
    name: nameNode,
    level: (place) => levelNode(data.levels[place]),
    parts: (place) => nameNode(children[place].length ? place : data.parents[place] ?? place),
    assessed_share: (place) =>
      document.createTextNode(percent(figure("assessed", place), figure("people", place))),
    assessed: (place) => countNode(figure("assessed", place)),
  };

  function levelNode(level) {
    return data.words[`level_${level}`] ? say(`level_${level}`) : document.createTextNode(level);
  }

  function fillPanel(place) {
    for (const slot of document.querySelectorAll("[data-f]")) {
      const field = slot.dataset.f;
      const value = (name) => figure(name, place);
      slot.replaceChildren(TEXTS[field] ? TEXTS[field](place) : figureNode(field, value));
    }
    fillStack(document.querySelector("#fw-panel [data-stack]"), place);
    if (!data.released) fillDrivers(data.drivers[place] || []);
  }

  function fillDrivers(drivers) {
    const rows = drivers.map(([indicator, people]) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.append(both(data.indicators[indicator] || { en: indicator }));
      row.append(head);
      row.insertCell().textContent = grouped(people);
      return row;
    });
    byId("fw-drivers").tBodies[0].replaceChildren(...rows);
    byId("fw-drivers").hidden = !rows.length;
    byId("fw-no-drivers").hidden = rows.length > 0;
  }

  function fillGroups(place) {
    for (const table of document.querySelectorAll("[data-group]")) {
      const groups = data.groups[table.dataset.group];
      let any = false;
      for (const row of table.querySelectorAll("[data-key]")) {
        const group = groups[row.dataset.key];
        const at = group.place.indexOf(place);
        row.hidden = at < 0;
        if (at >= 0) fillCells(row, (field) => group[field][at]);
        any ||= at >= 0;
      }
      table.hidden = !any;
      document.querySelector(`[data-no-group=${table.dataset.group}]`).hidden = any;
    }
  }

  function show(place) {
    shown = place;
    fillTrail(place);
    fillTable(place);
    fillPanel(place);
    fillGroups(place);
    drawPicture();
  }

  function addressed() {
    try {
      return places.get(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return undefined;
    }
  }

  // A place in the page (#fw-main) is no area: it leaves the view as it is.
  function follow() {
    const place = location.hash ? addressed() : data.first;
    if (place === undefined) return false;
    show(place);
    return true;
  }

  function moveTo() {
    if (!follow()) return;
    const heading = byId("fw-area");
    heading.focus({ preventScroll: true });
    const top = heading.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight / 2) byId("fw-map").scrollIntoView();
  }

  function speak() {
    document.documentElement.lang = language();
    show(shown);
  }

  // Without this script the links lead to rows of the tables; with it they lead to the map.
  document.querySelectorAll("details div[id], details tr[id]").forEach((element) => element.removeAttribute("id"));
  document.documentElement.classList.add("scripted");
  addEventListener("hashchange", moveTo);
  document.querySelectorAll("input.language").forEach((input) => input.addEventListener("change", speak));
  document.documentElement.lang = language();
  follow();
  if (addressed() !== undefined) byId("fw-map").scrollIntoView();
  new ResizeObserver(() => {
    const now = byId("fw-picture").clientWidth;
    if (Math.abs(now - width) > 8 && !byId("fw-picture").contains(document.activeElement)) drawPicture();
  }).observe(byId("fw-picture"));

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((block) => (block.open = true));
  });
  addEventListener("afterprint", () => closed.forEach((block) => (block.open = false)));
})();
