// Copies of plain values, in place of lodash.clonedeep: changes hold nothing else.
const clone = (value) =>
  value === null || typeof value !== "object" ? value
    : Array.isArray(value) ? value.map(clone)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clone(inner)]));
module.exports = clone;
