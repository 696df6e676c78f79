/* Remembers the keys of a scanner that is faster than the page's scripts; the wedge hears them when it comes. */
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
