// @ts-check
// The third-party code, by its versioned name: static/vendor/README.md.
export * from "../vendor/vendor-2.js";
