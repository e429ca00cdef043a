/** How the page of a run looks: that of a bundle's map, in light and dark, down to the width of a phone. */
export const STYLE = `
:root{--ink:#1c2530;--paper:#fff;--soft:#5b6b7c;--line:#dde4ea;--rail:#eef2f6;--fill:#d3dde7;--done:#5f86ad;--ray:#b3a06a;--good:#1f7a4d;--bad:#b3372b;--warn:#9a6a00;--busy:#2f6fb0}
@media (prefers-color-scheme:dark){:root{--ink:#dbe3ea;--paper:#14191f;--soft:#93a3b3;--line:#33404c;--rail:#1e262e;--fill:#2b3b4b;--done:#7ba3cb;--ray:#b9a873;--good:#5dc08e;--bad:#f0857a;--warn:#e0b050;--busy:#7fb4ea}}
*{box-sizing:border-box}
body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:72rem;padding:0 1rem;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .2rem}p{margin:.3rem 0 .7rem;overflow-wrap:anywhere}
.status{font-size:.9rem;font-weight:600;padding:.1rem .5rem;border:1px solid;border-radius:1rem;vertical-align:.2em;color:var(--busy);white-space:nowrap}
.status.succeeded{color:var(--good)}.status.failed,.status.lost{color:var(--bad)}.status.stopped{color:var(--warn)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.15rem 1.5rem;margin:.8rem 0}
dl div{display:flex;gap:.6rem}dt{color:var(--soft);flex:0 0 7.5rem}dd{margin:0;overflow-wrap:anywhere;min-width:0}
.error{border-left:.25rem solid var(--bad);padding-left:.9rem;margin-top:1.5rem}.error h2{margin-top:0;color:var(--bad)}
pre{overflow-x:auto;background:var(--rail);padding:.6rem .8rem;margin:.5rem 0;font-size:13px}
.advice{padding-left:1.1rem;margin:.4rem 0}.advice li{margin:.4rem 0;overflow-wrap:anywhere}.advice li::marker{color:var(--warn)}
.steps{list-style:none;margin:.5rem 0 0;padding:0}
.steps li{display:grid;grid-template-columns:9.5rem 5.5rem 1fr;align-items:center;gap:0 .6rem;padding:.15rem 0}
.steps b{font-weight:400}.took{text-align:right;font-variant-numeric:tabular-nums}
.steps .skipped b,.steps .unseen b,.steps .waiting b,.note{color:var(--soft)}
.track{position:relative;height:1.3rem;background:var(--rail);border-radius:2px}
.note{font-size:13px;line-height:1.3rem}
.bar{position:absolute;top:.15rem;bottom:.15rem;min-width:3px;border-radius:2px;background:var(--done)}
.bar.ray{background:var(--ray)}.bar.running{background:var(--busy)}.bar.failed,.bar.lost{background:var(--bad)}.bar.stopped{background:var(--warn)}
.axis{display:flex;justify-content:space-between;color:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
.steps+.axis{margin-left:16.2rem}
figure{margin:0}.plot{position:relative;border:solid var(--soft);border-width:0 0 1px 1px}
.plot svg{display:block;width:100%;height:11rem}
.plot span{position:absolute;left:.35rem;font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}.plot .top{top:.6rem}.plot .bottom{bottom:.1rem}
.plot path{fill:none;vector-effect:non-scaling-stroke}.plot .line{stroke:var(--done);stroke-width:2}.plot .area{fill:var(--fill);opacity:.7}
.plot .grid{stroke:var(--line)}.plot .goal{stroke:var(--soft);stroke-dasharray:5 4}.plot .mark{stroke:var(--bad);stroke-dasharray:2 3}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin-bottom:1rem;font-variant-numeric:tabular-nums}
th,td{white-space:nowrap;text-align:right;padding:.2rem .6rem;border-bottom:1px solid var(--line)}th{font-weight:600}
th:first-child,td:first-child,.text th,.text td{text-align:left}.text td:last-child{white-space:normal;overflow-wrap:anywhere;min-width:14rem}
@media (max-width:40rem){
th,td{padding:.2rem .3rem}dt{flex-basis:6.5rem}
.steps li{grid-template-columns:1fr auto;padding:.3rem 0}.track,.note{grid-column:1/-1}.steps+.axis{margin-left:0}
.axis span:nth-child(even){display:none}.plot svg{height:9rem}
}
`;
