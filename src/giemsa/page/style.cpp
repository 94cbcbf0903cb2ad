#include "giemsa/page/page.h"

namespace giemsa::page {

// Violet (azure B) stands for what is right, pink (eosin) for what is wrong: the two dyes of the Giemsa
// stain.
std::string_view style() {
  return R"(
:root {
  --paper: #faf8fc; --card: #fff; --ink: #251c36; --soft: #675d79; --line: #e4dfec;
  --violet: 91 63 160; --eosin: 214 72 132; --wrong-name: #b3306c; --on-shade: #fff;
  --eosin-ink: rgb(var(--eosin)); --violet-ink: rgb(var(--violet)); --teal-ink: #0f7f86; --amber-ink: #b86e00;
  --blue-ink: #2b6fc2; --green-ink: #4a8a2a; --brown-ink: #8a4b2f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16121d; --card: #1f1929; --ink: #ede8f5; --soft: #ada3bf; --line: #382f48;
    --violet: 170 146 240; --eosin: 242 126 172; --wrong-name: rgb(var(--eosin)); --on-shade: #16121d;
    --teal-ink: #55c5cc; --amber-ink: #eab04d; --blue-ink: #79b3f5; --green-ink: #93cf6d; --brown-ink: #d29a7c;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.7rem, 4.5vw, 2.5rem); letter-spacing: -.02em; margin: .25rem 0 .9rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; letter-spacing: -.01em; margin: 0 0 .6rem; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .6rem; }
p { margin: 0; }
.kind { color: rgb(var(--violet)); font-weight: 600; font-size: .85rem; letter-spacing: .04em; }
.summary { font-size: 1.15rem; max-width: 46rem; }
.note { color: var(--soft); font-size: .92rem; max-width: 48rem; }
.note b { color: var(--ink); font-weight: 600; }
.scroll + .note, .curves + .note, .note + .curves { margin-top: .8rem; }
.note + .note { margin-top: .5rem; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.75rem 0 0; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .85rem 1rem; }
.tiles dt { font-size: .85rem; font-weight: 600; color: var(--soft); }
.tiles dd { margin: 0; font-size: 1.55rem; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tiles .meaning { font-size: .8rem; font-weight: 400; letter-spacing: 0; color: var(--soft); line-height: 1.35; }
.tiles div:first-child { background: rgb(var(--violet)); border-color: transparent; color: var(--on-shade); }
.tiles div:first-child :is(dt, .meaning) { color: inherit; opacity: .85; }

nav { display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; margin: 1.75rem 0 0; padding: .8rem 0;
  border-block: 1px solid var(--line); font-size: .95rem; }
a { color: rgb(var(--violet)); text-underline-offset: .2em; text-decoration-thickness: 1px; }
section { margin-top: 2.75rem; }

.scroll { overflow-x: auto; margin-top: .8rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: min(100%, 48rem); }
.narrow { width: auto; min-width: min(100%, 24rem); }
th, td { padding: .4rem .85rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; padding-left: 0; }
thead th { font-size: .85rem; font-weight: 600; color: var(--soft); border-bottom: 1.5px solid var(--soft); }
thead td { border-bottom: 1.5px solid var(--soft); }
tbody th { font-weight: 500; }
tfoot :is(th, td) { font-weight: 650; border-bottom: 0; }
tfoot tr:first-child :is(th, td) { border-top: 1.5px solid var(--soft); }
td.words, thead th.words { text-align: left; white-space: normal; }
td small { display: block; font-size: .74rem; font-weight: 400; color: var(--soft); }
.shaded { background: rgb(var(--eosin) / var(--shade)); }
.bar { width: 9rem; padding-right: 0; }
.bar i { display: block; height: .6rem; border-radius: .3rem; background: rgb(var(--violet) / .55); }

.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem .9rem .5rem; }
figcaption { font-weight: 600; font-size: .95rem; }
svg { display: block; width: 100%; height: auto; }
svg text, svg tspan { font-family: inherit; }

.gallery { list-style: none; margin: 1.1rem 0 0; padding: 0; display: grid; gap: .9rem;
  grid-template-columns: repeat(auto-fill, minmax(min(46%, 11.5rem), 1fr)); }
.gallery li { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden;
  padding-bottom: .6rem; font-size: .82rem; line-height: 1.35; break-inside: avoid; }
.gallery img, .missing { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; margin-bottom: .5rem; }
.missing { display: grid; place-items: center; padding: .5rem; text-align: center; color: var(--soft);
  background: repeating-linear-gradient(45deg, transparent 0 8px, rgb(var(--violet) / .07) 8px 16px); }
.gallery p { display: flex; justify-content: space-between; gap: .35rem; padding: 0 .6rem; }
.gallery p span:first-child { overflow-wrap: anywhere; }
.gallery p span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.gallery .named { font-weight: 600; color: var(--wrong-name); }
.gallery .id { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: .75rem; color: var(--soft);
  margin-top: .15rem; }

.pairs { margin: 0; }
.pairs div { display: grid; grid-template-columns: minmax(7rem, 13rem) 1fr; gap: 1rem; padding: .45rem 0;
  border-bottom: 1px solid var(--line); }
.pairs dt { color: var(--soft); }
.pairs dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
summary { cursor: pointer; padding: .7rem 1rem; font-weight: 600; }
pre { margin: 0; padding: .25rem 1rem 1rem; overflow-x: auto;
  font: .85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .88rem; }

@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem 3rem; }
  .summary { font-size: 1.05rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles div:first-child { grid-column: 1 / -1; }
  th, td { padding-inline: .18rem; font-size: .8rem; }
  thead th { font-size: .7rem; }
  th:first-child { white-space: normal; }
  .bar { display: none; }
  .gallery p { padding-inline: .5rem; font-size: .8rem; }
  .pairs div { grid-template-columns: 1fr; gap: 0; }
}
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { background: #fff; font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  footer { margin-top: 1.2rem; break-inside: avoid; }
  section { margin-top: 1.6rem; }
  .scroll { overflow: visible; }
  figure, table, .pairs, .tiles div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .gallery { grid-template-columns: repeat(5, 1fr); gap: .5rem; }
  .curves { grid-template-columns: 1fr 1fr; }
  .curves > :only-child { grid-column: 1 / -1; }
}
)";
}

}  // namespace giemsa::page
