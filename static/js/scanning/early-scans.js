/* Holds scans made before the page's scripts are loaded, and submits them afterwards. */
(() => {
  const codes = [];

  const hold = (event) => {
    if (event.target.id !== "scan") return;
    event.preventDefault();
    const { code } = event.target.elements;
    codes.push(code.value);
    code.value = "";
  };

  const handOn = () => {
    document.removeEventListener("submit", hold, true);
    const form = document.getElementById("scan");
    const { prefix, suffix } = document.querySelector("scanner-wedge").dataset;
    const typed = suffix ? form.elements.code.value.split(suffix) : [form.elements.code.value];
    const begun = typed.pop();
    codes.push(...typed.map((code) => (code.startsWith(prefix) ? code.slice(prefix.length) : code)));
    for (const code of codes) {
      form.elements.code.value = code;
      form.requestSubmit();
    }
    form.elements.code.value = begun;
  };

  document.addEventListener("submit", hold, true);
  document.addEventListener("htmx:load", handOn, { once: true });
})();
