(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
  var search = document.getElementById("search");
  if (!search) { return; }
  var found = document.getElementById("found");
  var entries = Array.prototype.slice.call(document.querySelectorAll("[data-search]"));
  var texts = entries.map(function (one) {
    var around = one.closest("details");
    return (one.textContent + " " + (around ? around.firstElementChild.textContent : "")).toLowerCase();
  });
  search.addEventListener("input", function () {
    var wanted = search.value.trim().toLowerCase();
    var shown = 0;
    entries.forEach(function (one, number) {
      one.hidden = wanted !== "" && texts[number].indexOf(wanted) < 0;
      if (!one.hidden) { shown += 1; }
    });
    document.querySelectorAll("details.finding").forEach(function (one) {
      one.hidden = !one.querySelector("[data-search]:not([hidden])");
      if (wanted !== "" && !one.hidden) { one.open = true; }
    });
    found.textContent = wanted === "" ? "" : shown + " of " + entries.length;
  });
}());
