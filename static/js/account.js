// @ts-check
// One's own account: ending sessions on other devices.

import { call } from "./api.js";
import { get } from "./dom.js";

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  const session = button?.dataset.end;
  if (!button || !session) return;
  const said = get("#said");
  button.disabled = true;
  try {
    await call("DELETE", `/api/sessions/${session}`);
  } catch (problem) {
    if (problem instanceof Error && problem.name === "ProofNeeded") {
      location.assign("/account/again?at=sessions");
      return;
    }
    button.disabled = false;
    said.textContent = problem instanceof Error ? problem.message : "This was not possible.";
    return;
  }
  get(`[data-session="${session}"]`).remove();
  said.textContent = "The session has ended.";
  get("#sessions-head").focus();
});
