// The map that can be moved and enlarged, drawn by WebGL over the one the server drew. Where there is no WebGL, or
// anything goes wrong, the server's drawing stays: it is the same map with the same links.
import { Map as Globe, NavigationControl, addProtocol, setWorkerUrl } from "maplibre-gl";
import { Protocol } from "pmtiles";

const holder = document.getElementById("map");
const value = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const PLAIN = /^q\d$|^empty$/;
const BOLD = "Noto Sans, Noto Sans Thai Looped";

// Signs: the same hatchings as in the page's SVG patterns, as pictures that WebGL can repeat.
const two = (base, mark) => (pen, size) => {
  fill(pen, size, base);
  pen.fillStyle = value(mark);
};
const fill = (pen, size, colour) => {
  pen.fillStyle = value(colour);
  pen.fillRect(0, 0, size, size);
};
const stripes = (base, mark) => [6, (pen, size) => {
  two(base, mark)(pen, size);
  pen.fillRect(0, 0, 1.75, 6);
}];
const stroke = (colour, width, path) => (pen) => {
  pen.strokeStyle = value(colour);
  pen.lineWidth = width;
  pen.stroke(new Path2D(path));
};
const marked = (base, colour, path) => [12, (pen, size) => {
  fill(pen, size, base);
  stroke(colour, 1.1, path)(pen);
}];
const SIGNS = {
  high: marked("--high", "--high-mark", "M3 8.5 6 4l3 4.5"),
  medium: marked("--medium", "--medium-mark", "M3.5 6h5"),
  low: [12, (pen, size) => fill(pen, size, "--low")],
  "high-provisional": stripes("--high-tint", "--high"),
  "medium-provisional": stripes("--medium-tint", "--medium"),
  "low-provisional": stripes("--low-tint", "--low-stripe"),
  unknown: [8, (pen, size) => {
    two("--paper", "--mark")(pen, size);
    for (const at of [2, 6]) {
      pen.beginPath();
      pen.arc(at, at, 1.1, 0, 7);
      pen.fill();
    }
  }],
  // A diagonal that meets itself at the edges of its square.
  unsurveyed: [10, (pen, size) => {
    fill(pen, size, "--grey");
    stroke("--mark", 2, "M-2 2 2-2M0 10 10 0M8 12l4-4")(pen);
  }],
  w: marked("--paper", "--mark", "m4 4 4 4m0-4-4 4"),
};
for (const band of ["high", "medium", "low"]) SIGNS[`${band}-partial`] = SIGNS[`${band}-provisional`];

function addSigns(globe) {
  const scale = 2;
  for (const [name, [size, draw]] of Object.entries(SIGNS)) {
    const canvas = new OffscreenCanvas(size * scale, size * scale);
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    draw(pen, size);
    globe.addImage(name, pen.getImageData(0, 0, size * scale, size * scale), { pixelRatio: scale });
  }
}

// One layer for each sign, as a pattern cannot depend on an area's state; its strength can.
function layers(source, part) {
  const on = (name) => ["case", ["==", ["feature-state", "shade"], name], 1, 0];
  const shape = { source, ...(part ? { "source-layer": part } : {}) };
  const plain = ["q0", "q1", "q2", "q3", "q4"].flatMap((name) => [["==", ["feature-state", "shade"], name], value(`--${name}`)]);
  return [
    { id: "ground", type: "background", paint: { "background-color": value("--paper") } },
    { id: "plain", type: "fill", ...shape, paint: { "fill-color": ["case", ...plain, value("--sheet")] } },
    ...Object.keys(SIGNS).map((name) => ({ id: `sign-${name}`, type: "fill", ...shape, paint: { "fill-pattern": name, "fill-opacity": on(name) } })),
    { id: "borders", type: "line", ...shape, layout: { "line-join": "round" }, paint: { "line-color": value("--border"), "line-width": 0.9 } },
    {
      id: "chosen", type: "line", ...shape, layout: { "line-join": "round" },
      paint: {
        "line-color": ["case", ["boolean", ["feature-state", "hover"], false], value("--action"), value("--ink")],
        "line-width": ["case", ["any", ["boolean", ["feature-state", "hover"], false], ["boolean", ["feature-state", "chosen"], false]], 3.5, 0],
      },
    },
    {
      id: "numbers", type: "symbol", source: "labels",
      layout: {
        "text-field": ["format", ["get", "name"], { "font-scale": 0.85 }, "\n", {}, ["get", "count"], {}],
        "text-font": [BOLD], "text-size": 14, "text-optional": false, "text-padding": 4,
        "symbol-sort-key": ["-", 0, ["get", "rank"]],
      },
      paint: { "text-color": value("--ink"), "text-halo-color": value("--paper"), "text-halo-width": 1.75 },
    },
  ];
}

const words = (count) =>
  typeof count === "number" ? count.toLocaleString("en-US") : count === null ? "–" : count === "w" ? "×" : `≥ ${count.slice(1)}`;

function labels(parts) {
  const shown = Object.entries(parts).filter(([, part]) => part.label);
  return {
    type: "FeatureCollection",
    features: shown.map(([code, part]) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: part.label },
      properties: { code, name: part.name, count: words(part.count), rank: typeof part.count === "number" ? part.count : 0 },
    })),
  };
}

function sources(answer) {
  const { tiles, outlines, level } = holder.dataset;
  const shape = tiles
    ? { type: "vector", url: `pmtiles://${new URL(tiles, location.href)}`, promoteId: "code" }
    : { type: "geojson", data: new URL(outlines, location.href).href, promoteId: "code" };
  return [{ areas: shape, labels: { type: "geojson", data: labels(answer.parts) } }, tiles ? level : undefined];
}

function paint(globe, parts, layer) {
  const chosen = holder.dataset.chosen;
  for (const [id, part] of Object.entries(parts)) {
    globe.setFeatureState({ source: "areas", sourceLayer: layer, id }, { shade: part.shade, chosen: id === chosen });
  }
}

function listen(globe, parts, layer) {
  let under;
  const at = (id, hover) => id && globe.setFeatureState({ source: "areas", sourceLayer: layer, id }, { hover });
  globe.on("mousemove", "plain", ({ features: [feature] }) => {
    const id = feature.id in parts ? feature.id : undefined;
    if (id === under) return;
    at(under, false);
    at((under = id), true);
    globe.getCanvas().style.cursor = id ? "pointer" : "";
    globe.getCanvas().title = id ? parts[id].said : "";
  });
  globe.on("mouseleave", "plain", () => {
    at(under, false);
    under = undefined;
  });
  globe.on("click", "plain", ({ features: [feature] }) => {
    if (feature.id in parts) location.assign(parts[feature.id].url);
  });
}

async function open() {
  const answer = await (await fetch(holder.dataset.figures)).json();
  if (!answer.bbox) return;
  setWorkerUrl(new URL(holder.dataset.worker, location.href).href);
  const protocol = new Protocol();
  addProtocol("pmtiles", protocol.tile);
  await document.fonts.load('600 14px "Noto Sans"');
  await document.fonts.load('600 14px "Noto Sans Thai Looped"', "ก");
  const [found, layer] = sources(answer);
  const box = document.createElement("div");
  box.className = "globe";
  holder.append(box);
  const [west, south, east, north] = answer.bbox;
  const globe = new Globe({
    container: box, bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 16 },
    style: { version: 8, sources: found, layers: [] },
    attributionControl: false, cooperativeGestures: false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
    fadeDuration: 0, maxZoom: 15, renderWorldCopies: false,
    locale: { "Map.Title": holder.dataset.title, "NavigationControl.ZoomIn": holder.dataset.larger, "NavigationControl.ZoomOut": holder.dataset.smaller },
  });
  globe.scrollZoom.disable();
  globe.touchZoomRotate.disableRotation();
  globe.keyboard.disableRotation();
  globe.addControl(new NavigationControl({ showCompass: false }));
  globe.on("load", () => {
    addSigns(globe);
    for (const one of layers("areas", layer)) globe.addLayer(one);
    paint(globe, answer.parts, layer);
    listen(globe, answer.parts, layer);
    globe.once("idle", () => {
      holder.dataset.drawn = "webgl";
      performance.mark("map-shown");
    });
  });
}

const able = () => {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
};

if (holder?.dataset.figures && holder.querySelector("svg") && able()) {
  open().catch((problem) => {
    // The server's drawing is still there; nobody has lost anything.
    holder.querySelector(".globe")?.remove();
    console.info("The drawn map stays.", problem);
  });
}
