// Copies what pages need from npm's packages into the static folders, where nothing of it is committed.
import { cpSync, mkdirSync, rmSync } from "node:fs";

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
