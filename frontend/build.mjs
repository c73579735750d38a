// Copies what pages need from npm's packages into the static folders, where nothing of it is committed.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const fonts = new URL("../src/forewatch/ui/static/ui/fonts/", import.meta.url);
const packages = new URL("node_modules/", import.meta.url);

// Latin letters come from Noto Sans, Thai ones from Noto Sans Thai Looped; one regular and one strong weight of each.
const families = [["noto-sans", "latin"], ["noto-sans-thai-looped", "thai"]];
const weights = [400, 600];

rmSync(fonts, { recursive: true, force: true });
mkdirSync(fonts, { recursive: true });
for (const [family, script] of families) {
  const from = new URL(`@fontsource/${family}/`, packages);
  cpSync(new URL("LICENSE", from), new URL(`${family}.LICENSE.txt`, fonts));
  for (const weight of weights) {
    const file = `${family}-${script}-${weight}-normal.woff2`;
    cpSync(new URL(`files/${file}`, from), new URL(file, fonts));
  }
}

// Documents are set by Typst, which reads whole fonts.
const printed = new URL("../src/forewatch/reports/atlas/exports/fonts/", import.meta.url);
rmSync(printed, { recursive: true, force: true });
for (const [family, file] of [["noto-sans", "NotoSans"], ["noto-sans-thai-looped", "NotoSansThaiLooped"]]) {
  const from = new URL(`@expo-google-fonts/${family}/`, packages);
  cpSync(new URL("LICENSE_FONT", from), new URL(`${family}.LICENSE.txt`, printed));
  for (const weight of ["400Regular", "600SemiBold"]) {
    cpSync(new URL(`${weight}/${file}_${weight}.ttf`, from), new URL(`${file}-${weight}.ttf`, printed));
  }
}

// The map: our script with MapLibre inside, and MapLibre's worker beside it, as the policy of pages allows no other.
const map = new URL("../src/forewatch/reports/atlas/static/atlas/built/", import.meta.url);
rmSync(map, { recursive: true, force: true });
await build({
  entryPoints: { map: "map.js", "map-worker": "maplibre-gl/dist/maplibre-gl-worker.mjs", maplibre: "maplibre-gl/dist/maplibre-gl.css" },
  absWorkingDir: new URL(".", import.meta.url).pathname,
  outdir: map.pathname,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
});
