"""How the page looks: data. Dark on white, on wide and narrow screens and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 76rem; background: #fff; color: #1a1a1a;
  font: 16px/1.45 "DejaVu Sans", "Noto Sans", "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .2rem 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .5rem; border-bottom: 2px solid #1a1a1a; }
h3 { font-size: 1.02rem; margin: 1.4rem 0 .4rem; }
p { margin: .3rem 0 .6rem; max-width: 60rem; }
.made, .note { color: #444; font-size: .9rem; }
.choice { display: flex; justify-content: flex-end; gap: .4rem; font-size: .9rem; }
.choice label { padding: .25rem .7rem; border: 1px solid #555; border-radius: .3rem; cursor: pointer; }
input[name="language"] { position: absolute; opacity: 0; }
#choose-en:checked ~ main [lang="vi"], #choose-vi:checked ~ main [lang="en"] { display: none; }
#choose-en:checked ~ .choice label[for="choose-en"],
#choose-vi:checked ~ .choice label[for="choose-vi"] { background: #1a1a1a; color: #fff;
  font-weight: 700; }
#choose-en:focus-visible ~ .choice label[for="choose-en"],
#choose-vi:focus-visible ~ .choice label[for="choose-vi"] { outline: 3px solid #1d5f8a;
  outline-offset: 2px; }
.wide { overflow-x: auto; margin: 0 0 .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .5rem; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #555; vertical-align: bottom; }
th.n, td.n { text-align: right; white-space: nowrap; }
tr.sum td, tr.sum th { border-top: 2px solid #555; font-weight: 700; }
tbody th { font-weight: 400; }
td.chart { width: 26%; min-width: 5.5rem; }
code { font: .86em "DejaVu Sans Mono", Consolas, monospace; color: #444; overflow-wrap: anywhere; }
.bar { display: block; width: 100%; height: .95rem; margin-top: .22rem; }
.bar .all { fill: #e9edf0; }
.bar .part { fill: #1d5f8a; }
.steps th { width: 11rem; font-weight: 700; }
.steps .bar { height: 1.3rem; margin-top: .05rem; }
.steps td.chart { width: auto; }
.steps td.n { width: 5.5rem; }
.full { font-size: .79rem; }
.full th, .full td { padding: .3rem .28rem; }
.full { margin-top: 1rem; }
.full thead th.n { white-space: normal; min-width: 3rem; hyphens: auto; }
.full thead .group { text-align: left; border-bottom: 1px solid #888; }
.full thead .empty { border-bottom: 0; }
.full .first { border-left: 1px solid #aaa; }
.full tbody th, .full thead th.name { position: sticky; left: 0; background: #fff; min-width: 8.5rem; }
@media (max-width: 40rem) {
  body { padding: .8rem; font-size: 15px; }
  h1 { font-size: 1.35rem; }
  .answers td.chart, .causes td.chart { display: none; }
  .answers thead th.chart, .causes thead th.chart { display: none; }
  .steps th { width: 6.4rem; }
  .steps td.n { width: auto; }
  .provinces { font-size: .8rem; }
  .provinces th, .provinces td { padding: .3rem .18rem; }
  th, td { padding: .3rem .35rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .choice { display: none; }
  .wide { overflow: visible; }
  .full { font-size: 6.5pt; }
  .full th, .full td { padding: .1rem .15rem; }
  .full thead th.n { min-width: 0; }
  tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""
