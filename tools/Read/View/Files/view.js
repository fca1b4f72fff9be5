// Which of the two views is shown, and when it is asked for anew.

import { byId, Refusal, showProblem, token } from "./client.js";
import * as device from "./device.js";
import * as fleet from "./fleet.js";
import * as standing from "./standing.js";

const refreshMs = 30_000;

const wanted = () => decodeURIComponent(location.hash.replace(/^#\/?/, ""));

async function refresh() {
  const name = wanted();
  const isIn = token.get() !== null;
  byId("entry").hidden = isIn;
  byId("leave").hidden = !isIn;
  byId("fleet").hidden = !isIn || name !== "";
  byId("device").hidden = !isIn || name === "";
  if (!isIn) {
    byId("token").focus();
    return;
  }

  try {
    await (name === "" ? Promise.all([standing.show(), fleet.show()]) : device.show(name));
    showProblem("");
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) {
      token.forget();
      await refresh();
      showProblem("That token is not known here, or no longer.");
      return;
    }

    const isRefusal = problem instanceof Refusal;
    showProblem(isRefusal ? `${problem.message}. What stands here is old.` : "The server does not answer. What stands here is old.");
  }
}

byId("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  token.set(byId("token").value.trim());
  byId("token").value = "";
  showProblem("");
  refresh();
});
byId("leave").addEventListener("click", () => {
  token.forget();
  location.reload();   // nothing that was shown stays in the page
});
addEventListener("hashchange", refresh);
fleet.begin();
device.begin(refresh);
setInterval(() => {
  if (document.visibilityState === "visible" && token.get() !== null && !byId("message").open) {
    refresh();
  }
}, refreshMs);
refresh();
