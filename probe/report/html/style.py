"""How the HTML report looks: one style sheet for light and dark, phone, desk and paper.

In: nothing. Out: the sheet, and its digest for the Content-Security-Policy, which lets this style in and nothing else.
Colours stand in the variables at the top, once for each scheme; the tests compute the contrast of the page as drawn.
"""

from base64 import b64encode
from hashlib import sha256

_LIGHT = """\
--page:#f4f5f7;--card:#fff;--sunk:#f0f2f5;--line:#d5dae1;--text:#1a2029;--soft:#525c6b;--link:#0a4fa8;
--ok:#12632c;--ok-back:#e2f6e7;--unknown:#5c3aa8;--unknown-back:#f0eafc;--warning:#7a4700;--warning-back:#fff3d1;
--critical:#a81228;--critical-back:#fde9eb;--ipv6:#0a4fa8;--ipv4:#8a3b00;
--connect:#6b7685;--banner:#2f74d0;--ehlo:#1d8a5b;--starttls:#7b50c9;--mail:#b3740c;--rcpt:#c2571a;--data:#b13a76;"""
_DARK = """\
--page:#0e1116;--card:#171b22;--sunk:#0f1319;--line:#333b47;--text:#e7ebf1;--soft:#a2adbb;--link:#8cbcff;
--ok:#6fd58c;--ok-back:#14291b;--unknown:#c9b0ff;--unknown-back:#251d3a;--warning:#f0c060;--warning-back:#2e2410;
--critical:#ff9a9f;--critical-back:#37171b;--ipv6:#8cbcff;--ipv4:#f5ac78;
--connect:#8b96a5;--banner:#5b9bf0;--ehlo:#45b583;--starttls:#a37ff0;--mail:#dca23f;--rcpt:#e8834a;--data:#dd6ba2;"""

STYLE = f""":root{{color-scheme:light dark;{_LIGHT}}}
@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}}
main,body>header,body>footer{{max-width:66rem;margin:0 auto;padding:0 1.25rem}}
h1,h2,h3,h4,p,ul,ol,dl,dd,figure,pre{{margin:0}}
h1{{font-size:clamp(1.5rem,5vw,2.25rem);line-height:1.15;letter-spacing:-.02em}}
h2{{font-size:1.2rem;margin:2.25rem 0 .75rem}}
h3{{font-size:1rem}}
a{{color:var(--link)}}
code,pre,kbd,.mono{{font:.875em/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}}
.soft{{color:var(--soft)}}
.brand{{padding-top:1.25rem;color:var(--soft);font-size:.875rem;display:flex;gap:.5rem 1rem;flex-wrap:wrap;
justify-content:space-between}}
.card{{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.125rem}}
.stack>*+*{{margin-top:.875rem}}
.head{{margin-top:.75rem;border-top:.375rem solid var(--tone);padding:1.25rem 1.375rem 1.375rem}}
.head h2{{margin:0;font-size:1.5rem;line-height:1.2}}
section+section{{margin-top:1.75rem}}
.overview{{margin-top:1.25rem}}
.overview ul{{margin-top:.75rem}}
.head .lead{{font-size:1.125rem;margin-top:.75rem;max-width:46rem}}
.tone-ok{{--tone:var(--ok);--tone-back:var(--ok-back)}}
.tone-unknown{{--tone:var(--unknown);--tone-back:var(--unknown-back)}}
.tone-warning{{--tone:var(--warning);--tone-back:var(--warning-back)}}
.tone-critical{{--tone:var(--critical);--tone-back:var(--critical-back)}}
.badges{{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-top:.75rem}}
.badge{{display:inline-block;padding:.125rem .625rem;border-radius:1rem;font-size:.875rem;font-weight:650;
border:1px solid currentColor;white-space:nowrap}}
.ok{{color:var(--ok);background:var(--ok-back)}}
.unknown{{color:var(--unknown);background:var(--unknown-back)}}
.warning{{color:var(--warning);background:var(--warning-back)}}
.critical{{color:var(--critical);background:var(--critical-back)}}
.plain{{color:var(--soft);background:var(--card)}}
.pair{{display:grid;grid-template-columns:1fr 1fr;gap:.875rem}}
.pair>*{{min-width:0}}
.family{{font-weight:700;font-size:.875rem;letter-spacing:.02em}}
.ipv6 .family,.family.ipv6{{color:var(--ipv6)}}
.ipv4 .family,.family.ipv4{{color:var(--ipv4)}}
.state{{margin-top:1.125rem}}
.state>div{{background:var(--sunk);border-radius:.5rem;padding:.625rem .875rem}}
.state p{{margin-top:.125rem}}
.parting{{margin-top:.875rem;font-size:.9375rem}}
.finding{{border-left:.375rem solid var(--tone)}}
.finding header{{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center}}
.finding .say{{font-size:1.0625rem;margin-top:.5rem}}
.finding dl{{display:grid;grid-template-columns:auto 1fr;gap:.25rem .875rem;margin-top:.625rem;font-size:.9375rem}}
.finding dt{{color:var(--soft)}}
.finding dd{{min-width:0}}
.finding dl code{{font-size:.9375em}}
.fix{{margin-top:.875rem;background:var(--ok-back);border-radius:.5rem;padding:.75rem .875rem}}
.fix h4{{font-size:.875rem;color:var(--ok)}}
.fix p{{margin-top:.375rem}}
.fix pre{{margin-top:.375rem;padding:.5rem .75rem;background:var(--card);color:var(--text);border:1px solid var(--line);
border-radius:.375rem;white-space:pre-wrap;user-select:all;-webkit-user-select:all;cursor:copy}}
table{{width:100%;border-collapse:collapse;table-layout:fixed;font-size:.9375rem}}
caption{{text-align:left;padding-bottom:.625rem}}
caption h3{{display:inline;margin-right:.75rem}}
th,td{{text-align:left;vertical-align:top;padding:.375rem .625rem;border-top:1px solid var(--line);font-weight:400}}
thead th,thead td{{border-top:0;font-weight:700}}
thead td{{width:7rem}}
th[scope=row]{{color:var(--soft);width:7rem;padding-left:0}}
tr.differs{{background:var(--warning-back)}}
tr.differs th[scope=row]{{color:var(--warning);font-weight:650;padding-left:.5rem}}
tbody+tbody tr:first-child>*{{border-top:.1875rem solid var(--line)}}
td{{position:relative}}
td:has(.sign){{padding-left:1.875rem}}
td .sign{{position:absolute;left:.625rem;font-weight:700}}
td.ok{{color:var(--text);background:none}}
td.ok .sign{{color:var(--ok)}}
td.warning,td.critical,td.unknown{{background:none}}
td.none{{color:var(--soft)}}
figure figcaption{{display:flex;flex-wrap:wrap;gap:.125rem .75rem;align-items:baseline}}
svg{{display:block;width:100%;overflow:visible}}
svg text{{fill:var(--soft);font:.75rem system-ui,sans-serif}}
.rail{{stroke:var(--line);stroke-width:1}}
.bar-connect,.key-connect{{fill:var(--connect);background:var(--connect)}}
.bar-banner,.key-banner{{fill:var(--banner);background:var(--banner)}}
.bar-ehlo,.key-ehlo{{fill:var(--ehlo);background:var(--ehlo)}}
.bar-starttls,.key-starttls{{fill:var(--starttls);background:var(--starttls)}}
.bar-mail,.key-mail{{fill:var(--mail);background:var(--mail)}}
.bar-rcpt,.key-rcpt{{fill:var(--rcpt);background:var(--rcpt)}}
.bar-data,.key-data,.bar-delivery,.key-delivery{{fill:var(--data);background:var(--data)}}
.bar-failed,.key-failed{{fill:var(--critical);background:var(--critical)}}
.bar-hop{{fill:var(--banner)}}
.steps{{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.125rem .875rem;font-size:.8125rem;margin-top:.25rem}}
.steps i{{display:inline-block;width:.625rem;height:.625rem;border-radius:.1875rem;margin-right:.3125rem}}
.steps .failed{{color:var(--critical);font-weight:650}}
details{{margin-top:.625rem}}
.card>details:first-child{{margin-top:0}}
summary{{cursor:pointer;color:var(--link);font-size:.875rem}}
.chat{{list-style:none;padding:.625rem .75rem;margin-top:.5rem;background:var(--sunk);border-radius:.5rem;
font-size:.8125rem}}
.chat li{{display:grid;grid-template-columns:3.75rem 1.25rem 1fr;gap:.375rem}}
.chat li>*{{min-width:0}}
.chat .c b{{color:var(--ipv6)}}
.chat .s b{{color:var(--ok)}}
.chat .n{{color:var(--soft)}}
.chat time{{color:var(--soft);text-align:right;font-variant-numeric:tabular-nums}}
.hops{{list-style:none;padding:0;margin-top:.625rem}}
.hops li{{position:relative;padding:0 0 .75rem 1.25rem;border-left:.125rem solid var(--line);margin-left:.375rem}}
.hops li:last-child{{padding-bottom:0}}
.hops li::before{{content:"";position:absolute;left:-.4375rem;top:.375rem;width:.75rem;height:.75rem;border-radius:50%;
background:var(--card);border:.125rem solid var(--soft)}}
.hops li.receiving::before{{background:var(--ok);border-color:var(--ok)}}
.hops .raw{{color:var(--soft);font-size:.8125rem}}
.facts{{display:grid;grid-template-columns:6rem 1fr;gap:.25rem .875rem;font-size:.9375rem}}
.facts dt{{color:var(--soft)}}
.facts.wide{{grid-template-columns:minmax(6rem,auto) 1fr}}
.machines{{margin-top:.625rem;font-size:.875rem}}
.facts dd{{min-width:0}}
.notes{{padding-left:1.125rem;font-size:.9375rem}}
.notes li+li{{margin-top:.375rem}}
.notes .inner{{margin-left:1.125rem}}
.marked{{list-style:none;padding:0}}
.audit>*+*{{margin-top:.875rem}}
.audit .under{{display:none}}
.manual p,.manual pre{{margin-top:.5rem;white-space:pre-wrap}}
.manual h4{{margin-top:.875rem;font-size:.8125rem;color:var(--soft);letter-spacing:.06em}}
.rule{{margin:3rem 0 0;border:0;border-top:1px solid var(--line)}}
footer{{margin:2rem auto 1.5rem!important;color:var(--soft);font-size:.875rem}}
@media (max-width:42rem){{
main,body>header,body>footer{{padding:0 .75rem}}
.pair{{grid-template-columns:1fr}}
.card{{padding:.875rem}}
table{{font-size:.875rem}}
thead tr,tbody tr{{display:grid;grid-template-columns:1fr 1fr}}
thead td,thead th:empty{{display:none}}
th[scope=row]{{grid-column:1/-1;width:auto;padding:.375rem 0 0;font-size:.8125rem}}
th[scope=row]~td,tbody+tbody tr:first-child>td{{border-top:0;padding:0 .5rem .375rem 0}}
th[scope=row]~td:has(.sign){{padding-left:1.25rem}}
td .sign{{left:0}}
tr.differs>th[scope=row],tr.differs>td{{padding-left:.5rem}}
tr.differs>td:has(.sign){{padding-left:1.75rem}}
tr.differs .sign{{left:.5rem}}
.audit .under{{display:block;color:var(--soft);font-size:.75rem}}
.audit thead{{display:none}}
.audit tbody tr{{grid-template-columns:1fr 1fr 1fr}}
.facts,.facts.wide{{grid-template-columns:1fr}}
.facts dt{{margin-top:.375rem}}
}}
@media print{{
:root{{color-scheme:light;{_LIGHT}--page:#fff}}
body{{font-size:.8125rem;print-color-adjust:exact;-webkit-print-color-adjust:exact}}
main,body>header,body>footer{{max-width:none;padding:0}}
.finding,figure,tr,.pair .card,.state{{break-inside:avoid}}
h2,h3,caption{{break-after:avoid}}
details:not([open]){{display:none}}
}}
"""

DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
