/** The look of the page, on a screen and on A4. Each result has a sign and words beside its color, for paper without colors. */
export const STYLE = `
:root { color-scheme: light; font: 15px/1.5 "Red Hat Text", system-ui, "Noto Sans", sans-serif; color: #14202b; background: #e9eef2; --line: #cfd8df; --soft: #4a5a67 }
* { box-sizing: border-box }
body { margin: 0 }
main { max-width: 56rem; margin: 2rem auto; padding: 2.5rem 3rem; background: #fff; border-top: 6px solid #0f3d5c; box-shadow: 0 1px 6px #0003 }
.head { display: flex; align-items: center; gap: .6rem; color: #0f3d5c; font-weight: 700; font-size: 1.1rem }
.head svg { width: 2rem; height: 2rem }
.head span { margin-left: auto; font-weight: 400; color: var(--soft) }
h1 { font-size: 2rem; line-height: 1.2; margin: 1.6rem 0 .2rem; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; padding-bottom: .25rem; border-bottom: 2px solid #0f3d5c; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem }
h1, h2, h3 { break-after: avoid }
p { margin: .4rem 0 }
.soft { color: var(--soft) }
.seal { display: flex; align-items: center; gap: 1rem; margin: 1.2rem 0; padding: .9rem 1.2rem; border: 2px solid; border-radius: 8px; break-inside: avoid }
.seal svg { flex: none; width: 2.6rem; height: 2.6rem }
.seal strong { display: block; font-size: 1.35rem; line-height: 1.25 }
.seal div > span { color: #14202b }
.isolated { color: #14602a; background: #eef7f0 } .not_isolated { color: #8f1206; background: #fdf0ee } .unknown { color: #6b4c00; background: #fdf6e3 }
.result { display: inline-flex; align-items: center; gap: .3rem; font-weight: 700; white-space: nowrap; background: none }
.result svg { flex: none; width: 1em; height: 1em }
.notice { margin: 1.2rem 0; padding: .6rem 1rem; border: 1px solid #5e40be; border-left-width: 6px; color: #3d2785; break-inside: avoid }
dl { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem 2rem; margin: 1rem 0 }
dt { font-size: .8rem; color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
code, .mono { font: .85em/1.45 "Red Hat Mono", ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
ol code, ul code { display: inline-block; padding: 0 .35em; background: #eef2f5; border-radius: 3px }
table { border-collapse: collapse; table-layout: fixed; width: 100%; min-width: 34rem; margin: .3rem 0 1rem; font-size: .92rem }
th { text-align: left; font-size: .8rem; color: var(--soft); border-bottom: 1.5px solid #7b8b97 }
th, td { vertical-align: top; padding: .3rem .8rem .3rem 0; overflow-wrap: anywhere }
td { border-bottom: 1px solid var(--line) }
td:first-child, th:first-child { padding-left: .2rem }
.when {  font-variant-numeric: tabular-nums }
thead { display: table-header-group } tr { break-inside: avoid }
li { margin: .3rem 0 }
@page { size: A4; margin: 16mm 16mm 18mm; @bottom-left { content: "Atoll · isolation certificate"; font: 8pt sans-serif; color: #4a5a67 } @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #4a5a67 } }
@media print {
  table { min-width: 0 }
  :root { font-size: 9.5pt; background: #fff; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  main { max-width: none; margin: 0; padding: 0; border: 0; box-shadow: none }
  h1 { margin-top: 1rem }
}
@media (max-width: 40rem) { main { margin: 0; padding: 1.2rem } dl { grid-template-columns: 1fr } .wide { overflow-x: auto } }
`;
