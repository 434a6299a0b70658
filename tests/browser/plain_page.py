"""A live figure in a plain page: no kernel, no JupyterLab."""

import base64
import json

from playwright.sync_api import Page

from course_lib.explorer import Explorer

PAGE = """
<!doctype html><html lang="en"><head><title>Test</title><style>%(css)s</style></head><body><main id="here"></main>
<script type="module">
  const state = %(state)s;
  const bytes = Uint8Array.from(atob(state.numbers), (sign) => sign.charCodeAt(0));
  // One byte off, as blocks may be that come over a websocket.
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  state.numbers = new DataView(shifted.buffer, 1);
  const listeners = {};
  window.sent = [];
  const model = {
    get: (name) => state[name],
    set(name, value) { state[name] = value; (listeners[`change:${name}`] ?? []).forEach((listener) => listener()); },
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    off: (name, listener) => { listeners[name] = listeners[name].filter((other) => other !== listener); },
    send: (message) => window.sent.push(message),
    save_changes: () => window.sent.push("save_changes"),
  };
  const url = URL.createObjectURL(new Blob([%(esm)s], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  window.dispose = widget.render({ model, el: document.getElementById("here") });
  window.listeners = listeners;
</script></body></html>
"""


def show(page: Page, explorer: Explorer) -> None:
    state = {name: getattr(explorer, name) for name in ("controls", "structure", "number", "only", "initial", "source")}
    state["numbers"] = base64.b64encode(explorer.numbers).decode()
    text = json.dumps(str(explorer._esm)).replace("</", "<\\/")
    page.set_content(PAGE % {"css": explorer._css, "state": json.dumps(state).replace("</", "<\\/"), "esm": text})
    page.wait_for_selector(".kink-stage .kink-axis, .kink-error:not([hidden])", state="attached")
