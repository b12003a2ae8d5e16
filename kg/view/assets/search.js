"use strict";
// The search field of the page; a slash brings the cursor there.
(() => {
  const input = kg.$("search");
  kg.combobox(input, kg.$("hits"), {choose: (node) => kg.open(node)});
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    input.focus();
  });
})();
