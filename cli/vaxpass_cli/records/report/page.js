"use strict";
/* A table is sorted by a click on a head, and its rows are found by a name. Without this the page is whole. */
const cell = (row, column) => row.cells[column];
const number = (row, column) => Number(cell(row, column).dataset.v);
const name = (row, column) => cell(row, column).textContent;

for (const table of document.querySelectorAll("table.sort")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...[...table.tHead.rows].at(-1).cells];
  heads.forEach((head, column) => {
    const numeric = head.classList.contains("n");
    const order = numeric ? ["descending", "ascending"] : ["ascending", "descending"];
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const next = [...order, "none"][order.indexOf(head.getAttribute("aria-sort")) + 1];
      for (const each of heads) each.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      const compare = numeric
        ? (a, b) => sign * (number(a, column) - number(b, column))
        : (a, b) => sign * name(a, column).localeCompare(name(b, column), "vi");
      body.append(...(next === "none" ? rows : [...rows].sort(compare)));
    });
  });
}

const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
for (const field of document.querySelectorAll("input[type=search]")) {
  const rows = [...document.querySelector(`#${field.dataset.table}`).tBodies[0].rows];
  field.closest("p").hidden = false;
  field.addEventListener("input", () => {
    const wanted = plain(field.value.trim());
    for (const row of rows) {
      row.hidden = ![...row.querySelectorAll("th")].some((each) => plain(each.textContent).includes(wanted));
    }
  });
}
