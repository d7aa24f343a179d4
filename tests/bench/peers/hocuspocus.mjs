// Hocuspocus with its SQLite extension, as its documentation sets it up: `node hocuspocus.mjs DATABASE`.
// Prints its port and what it is.

import { readFileSync } from "node:fs";
import { SQLite } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";

const [, , database] = process.argv;
const server = new Server({ port: 0, address: "127.0.0.1", quiet: true, extensions: [new SQLite({ database })] });
await server.listen();
const { version } = JSON.parse(readFileSync(new URL("node_modules/@hocuspocus/server/package.json", import.meta.url), "utf8"));
console.log(`${server.address.port} Hocuspocus ${version}, Node ${process.versions.node}`);
