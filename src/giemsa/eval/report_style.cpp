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
.confusion small { display: block; font-size: .72rem; opacity: .8; }
.confusion .right { background: rgb(var(--violet) / var(--shade)); font-weight: 600; }
.confusion .wrong { background: rgb(var(--eosin) / var(--shade)); }
.confusion .strong { color: var(--on-shade); }
.confusion .zero { color: var(--soft); background: rgb(var(--violet) / .035); }
.confusion .sum { color: var(--soft); min-width: 0; }
@media (max-width: 40rem) {
  .confusion td { min-width: 2.9rem; height: 2.7rem; }
  .confusion thead th span { writing-mode: vertical-rl; transform: rotate(180deg); }
  .confusion .corner { white-space: normal; }
}
@media print {
  #data, #training, #confusion, #classes { break-inside: avoid; }
  .confusion tbody th { background: none; }
}
)";
}

}  // namespace giemsa::report
