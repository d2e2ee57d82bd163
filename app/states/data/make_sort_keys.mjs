// Writes sort_keys.csv beside itself: the rank of every area in areas.csv in the alphabetical order of each language.
// Run `node app/states/data/make_sort_keys.mjs` after any change of a name; it needs Node 20 or newer with full ICU.
// The order is that of Intl.Collator (Unicode CLDR): Chinese by pinyin, Spanish ñ after n, French accents after letters.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const LANGUAGES = ["ar", "zh", "en", "fr", "ru", "es"];
const here = (name) => new URL(name, import.meta.url);

const unknown = LANGUAGES.filter((lang) => Intl.Collator.supportedLocalesOf(lang).length === 0);
if (unknown.length > 0) {
  console.error(`This Node has no collation for ${unknown.join(", ")}: use one with full ICU.`);
  process.exit(1);
}

function records(text) {
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows[rows.length - 1];
    const char = text[i];
    if (quoted && char === '"' && text[i + 1] === '"') {
      row[row.length - 1] += '"';
      i++;
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ",") row.push("");
    else if (!quoted && char === "\n") rows.push([""]);
    else row[row.length - 1] += char;
  }
  const [header, ...body] = rows.filter((row) => row.length > 1);
  return body.map((row) => Object.fromEntries(header.map((column, index) => [column, row[index]])));
}

const areas = records(readFileSync(here("areas.csv"), "utf8"));
const ranks = new Map(areas.map((area) => [area.iso3, {}]));
for (const lang of LANGUAGES) {
  const { compare } = new Intl.Collator(lang);
  const name = (area) => area[`name_${lang}`];
  const sorted = [...areas].sort((a, b) => compare(name(a), name(b)) || (a.iso3 < b.iso3 ? -1 : 1));
  sorted.forEach((area, index) => {
    ranks.get(area.iso3)[lang] = index + 1;
  });
}

// The fingerprint lets `flask states check` see a name that changed after its rank was made.
const fingerprint = (area) =>
  createHash("sha256").update(LANGUAGES.map((lang) => area[`name_${lang}`]).join("\n")).digest("hex").slice(0, 12);
const lines = areas
  .map((area) => [area.iso3, ...LANGUAGES.map((lang) => ranks.get(area.iso3)[lang]), fingerprint(area)].join(","))
  .sort();
writeFileSync(here("sort_keys.csv"), [["code", ...LANGUAGES, "names_sha256"].join(","), ...lines, ""].join("\n"));
