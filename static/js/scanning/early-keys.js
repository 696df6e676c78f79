/* Stores keys typed by a scanner before the page's scripts are loaded; the wedge reads them later. */
(() => {
  const early = [];

  const remember = (event) => {
    early.push(event);
    if (event.key === "Enter" && early.length > 4) event.preventDefault();
  };

  document.addEventListener("keydown", remember, true);
  document.earlyKeys = () => {
    document.removeEventListener("keydown", remember, true);
    return early.splice(0);
  };
})();
