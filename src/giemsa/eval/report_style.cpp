#include "giemsa/eval/report_parts.h"

namespace giemsa::report {

std::string_view style() {
  return R"(
.confusion { width: auto; border-collapse: separate; border-spacing: 3px; }
.confusion :is(th, td) { border: 0; padding: .35rem .3rem; }
.confusion td { min-width: 5.9rem; height: 3.3rem; border-radius: .45rem; text-align: center; line-height: 1.15; }
.confusion tbody th { padding-right: .6rem; position: sticky; left: 0; background: var(--paper); }
.confusion thead th { vertical-align: bottom; text-align: center; padding-inline: 0; }
.confusion thead th span { display: inline-block; max-width: 8rem; overflow: hidden; text-overflow: ellipsis; }
.confusion .corner { font-size: .8rem; color: var(--soft); text-align: left; vertical-align: bottom; padding-left: 0; }
.confusion td small { font-size: .72rem; color: inherit; opacity: .8; }
.confusion .right { background: rgb(var(--violet) / var(--shade)); font-weight: 600; }
.confusion .wrong { background: rgb(var(--eosin) / var(--shade)); }
.confusion .strong { color: var(--on-shade); }
.confusion .zero { color: var(--soft); background: rgb(var(--violet) / .035); }
.confusion .sum { color: var(--soft); min-width: 0; }
.confusion td span { display: block; }
.many :is(th, td) { font-size: .72rem; }
.many td { min-width: 2.4rem; height: 2.2rem; padding: .1rem; }
.many thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-width: none; max-height: 12rem; }
.matrix { margin-top: .8rem; }
.matrix + .note { margin-top: .8rem; }
.matrix input { position: absolute; opacity: 0; }
.matrix label { display: inline-block; padding: .2rem .75rem; margin-right: .3rem; border: 1px solid var(--line);
  border-radius: 1rem; font-size: .85rem; cursor: pointer; }
.matrix input:checked + label { background: rgb(var(--violet)); border-color: transparent; color: var(--on-shade); }
.matrix input:focus-visible + label { outline: 2px solid rgb(var(--eosin)); outline-offset: 2px; }
#matrix-counts:checked ~ .scroll td small, #matrix-shares:checked ~ .scroll td span { display: none; }
#matrix-shares:checked ~ .scroll td small { font-size: .95rem; opacity: 1; }
.figures td.words { color: var(--soft); font-size: .92rem; }
.gallery .right { font-weight: 600; color: var(--violet-ink); }
.gallery .reason { color: var(--soft); }
.gallery.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
.looked { display: grid; grid-template-columns: 1fr 1fr; }
@media (max-width: 40rem) {
  .figures td.words { font-size: .78rem; padding-left: .6rem; }
  .confusion td { min-width: 2.9rem; height: 2.7rem; }
  .confusion thead th span { writing-mode: vertical-rl; transform: rotate(180deg); }
  .confusion .corner { white-space: normal; }
}
@media print {
  #data, #training, #confusion, #classes, #separation { break-inside: avoid; }
  .matrix label { display: none; }
  .gallery.wide { grid-template-columns: repeat(3, 1fr); }
  .confusion tbody th { background: none; }
}
)";
}

}  // namespace giemsa::report
