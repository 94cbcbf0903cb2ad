#include "giemsa/inspect_report/report_parts.h"

namespace giemsa::inspection_report {

std::string_view style() {
  return R"(
figure { max-width: 44rem; margin-top: .8rem; }
:root { --card-width: 9rem; }
figure + .note { margin-top: .8rem; }
.two { display: flex; flex-wrap: wrap; align-items: start; gap: 1.5rem 4rem; margin-top: 1rem; }
.two table { width: auto; }
.swatch { display: inline-block; width: 2.2rem; height: 1rem; border-radius: .25rem; vertical-align: -.12rem;
  margin-right: .55rem; border: 1px solid var(--line); }
.overview th:first-child { white-space: normal; }
.texts { width: 100%; }
.texts :is(th, td) { text-align: left; white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
.texts th { width: 45%; }

.gallery { grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .7rem; margin-top: 0; }
.gallery img, .missing { object-fit: contain; background: rgb(var(--violet) / .08); }
.gallery .copies { font-weight: 600; color: rgb(var(--violet)); }
.gallery .evidence { display: block; color: var(--soft); font-size: .78rem; overflow-wrap: anywhere; }
.more { color: var(--soft); font-size: .88rem; margin-top: .6rem; }
.strip { width: 100%; }
.groups { display: flex; flex-wrap: wrap; gap: .8rem; margin-top: .9rem; }
.gallery p { padding-inline: .5rem; }
.gallery .id { white-space: normal; overflow-wrap: anywhere; }
.group { width: calc(var(--cards) * (var(--card-width) + .5rem) + .9rem); max-width: 100%; padding: .55rem .55rem .55rem .6rem;
  border: 1px solid var(--line); border-radius: .9rem; break-inside: avoid; }
.group .of { font-size: .82rem; color: var(--soft); padding: 0 .2rem; }
.group .gallery { display: flex; flex-wrap: wrap; margin-top: .45rem; gap: .5rem; }
.group .gallery li { width: var(--card-width); }
.conflict { border-color: var(--eosin-ink); background: rgb(var(--eosin) / .07); }
.conflict .of b { color: var(--wrong-name); }

@media (max-width: 40rem) {
  .gallery { grid-template-columns: repeat(auto-fill, minmax(6.6rem, 1fr)); }
  :root { --card-width: 7.2rem; }
  .swatch { width: 1.2rem; }
}
@media print {
  .gallery { grid-template-columns: repeat(6, 1fr); }
  :root { --card-width: 7.6rem; }
  section > .note { break-after: avoid; }
  #overview, #set { break-inside: avoid; }
}
)";
}

}  // namespace giemsa::inspection_report
