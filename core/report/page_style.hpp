#pragma once

#include <string_view>

namespace vle {

/// The style sheet of a page. Blue and vermilion of the Okabe-Ito palette are told apart by colour-blind eyes, and the
/// ideal is the broader line as well.
inline constexpr std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--paper:#f6f5f2;--card:#fff;--ink:#1d2126;--soft:#59616b;--line:#dcdad4;--grid:#ecebe7;
--ideal:#56b4e9;--device:#c04f00;--bar:#2f7fb5;--whisker:#1d2126;--accent:#0b5e92}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1d2125;--ink:#eceff1;--soft:#a3adb6;--line:#363c42;
--grid:#292e33;--ideal:#56b4e9;--device:#ff9a4d;--bar:#5aa9dc;--whisker:#eceff1;--accent:#8ccdf5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.75rem}
h1{font-size:clamp(1.6rem,4vw,2.3rem);line-height:1.2;letter-spacing:-.02em;margin:0 0 .4rem}
h2{font-size:1.3rem;letter-spacing:-.01em;margin:0 0 .3rem}
.sub,.lead,footer{color:var(--soft)}.sub{margin:0}.lead{max-width:60ch;margin:0 0 1.1rem}
nav ul{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;margin:1.2rem 0 0;padding:0}
nav a{display:block;padding:.25rem .8rem;border:1px solid var(--line);border-radius:2rem;color:var(--accent);
text-decoration:none;font-size:.92rem}
nav a:hover{border-color:currentColor}a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.5rem;margin:1.5rem 0;
scroll-margin-top:1rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.8rem;margin:0 0 1.3rem}
.figures div{border-left:4px solid var(--bar);padding:.1rem 0 .1rem .8rem}
.figures dt{font-size:.86rem;color:var(--soft)}.figures dd{margin:0}
.figures .value{font-size:1.55rem;font-weight:650;letter-spacing:-.02em;line-height:1.25;font-variant-numeric:tabular-nums}
.figures .note{font-size:.82rem;color:var(--soft)}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.93rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:0 0 .5rem}
th,td{padding:.38rem .7rem;border-bottom:1px solid var(--line);text-align:left;font-weight:400;vertical-align:middle}
thead th{color:var(--soft);font-size:.82rem;white-space:nowrap}
.number{text-align:right;white-space:nowrap}tbody tr:last-child>*{border-bottom:0}
.bars th[scope=row]{white-space:nowrap;width:1%}.bars td.bar{width:60%;min-width:9rem}
.bar svg{display:block;width:100%;height:1.15rem}
.bar rect{fill:var(--bar)}.bar path{stroke:var(--whisker);stroke-width:1.5;fill:none;vector-effect:non-scaling-stroke}
.plot{display:block;width:100%;min-width:44rem;height:auto;margin:.4rem 0}
.plot text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:var(--ink)}
.plot .name{font-weight:600}.plot .note,.plot .y{text-anchor:end}.plot .x{text-anchor:middle}
.plot .x,.plot .y,.plot .unit{font-size:11px;fill:var(--soft)}
.plot path{fill:none;stroke-linejoin:round;stroke-linecap:round}
.plot .grid{stroke:var(--grid)}.plot .zero{stroke:var(--line)}.plot .frame{fill:none;stroke:var(--line)}
.plot .c0{stroke:var(--soft);stroke-width:1.1}.plot .c1{stroke:var(--ideal);stroke-width:3.2}
.plot .c2{stroke:var(--device);stroke-width:1.2}
footer{font-size:.85rem;padding-bottom:3rem}
@media (max-width:34rem){section{padding:1rem}.bars td.bar{min-width:5rem}}
@media print{section{break-inside:avoid}nav{display:none}body{background:#fff}}
)css";

}  // namespace vle
