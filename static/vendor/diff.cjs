// What differs between two strings, in place of fast-diff: Myers' greedy way, by whole characters. Where more
// than MOST of them differ, all between the common ends is replaced.
const MOST = 2000;

/** The way from one list to the other: for each number of differences how far each diagonal was reached. */
function reach(a, b) {
  const rounds = [];
  let far = new Int32Array(3);
  for (let d = 0; d <= Math.min(MOST, a.length + b.length); d += 1) {
    // Diagonal k stands at k + d + 1, with room for one on either side.
    const now = new Int32Array(2 * d + 3);
    rounds.push(now);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && far[k - 1 + d] < far[k + 1 + d]);
      let x = d === 0 ? 0 : down ? far[k + 1 + d] : far[k - 1 + d] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      now[k + d + 1] = x;
      if (x >= a.length && x - k >= b.length) return rounds;
    }
    far = now;
  }
  return null;
}

function diff(one, two) {
  const a = Array.from(one);
  const b = Array.from(two);
  const rounds = reach(a, b);
  const steps = [];
  let x = a.length;
  let y = b.length;
  if (rounds) {
    for (let d = rounds.length - 1; d > 0; d -= 1) {
      const far = rounds[d - 1];
      const k = x - y;
      const down = k === -d || (k !== d && far[k - 1 + d] < far[k + 1 + d]);
      const from = down ? far[k + 1 + d] : far[k - 1 + d];
      const start = down ? from : from + 1;
      while (x > start) steps.push([0, a[(x -= 1, y -= 1, x)]]);
      if (down) steps.push([1, b[(y -= 1)]]);
      else steps.push([-1, a[(x -= 1)]]);
    }
    while (x > 0) steps.push([0, a[(x -= 1)]]);
  } else {
    let head = 0;
    while (a[head] === b[head]) head += 1;
    for (; x > head && y > head && a[x - 1] === b[y - 1]; x -= 1, y -= 1) steps.push([0, a[x - 1]]);
    for (; y > head; y -= 1) steps.push([1, b[y - 1]]);
    for (; x > 0; x -= 1) steps.push([x > head ? -1 : 0, a[x - 1]]);
  }
  const out = [];
  for (const [op, sign] of steps.reverse()) {
    const last = out[out.length - 1];
    if (last && last[0] === op) last[1] += sign;
    else out.push([op, sign]);
  }
  return out;
}

diff.INSERT = 1;
diff.DELETE = -1;
diff.EQUAL = 0;
module.exports = diff;
