"""Text that would run, were it taken for anything but text: made here, of what opens, what runs, what hides.

Each calls `ran` with its number (here §), carries `data-ran` where it makes an element, or both. Those that
begin as an address run when somebody follows them; a page must hold no such address.
"""

from __future__ import annotations

from itertools import product

BEGINS = (
    "", '">', "'>", "` >", "-->", "]]>", "*/", "</script>", "</style>", "</textarea>", "</title>",
    "</option></select>", "</template>", "</svg>", "</noscript>", "</dd></dl>",
)  # fmt: skip
"""What ends the place where text stands, in case it stands there as it is."""
ELEMENTS = (
    "<script data-ran>ran(§)</script>",
    "<img data-ran src=x: onerror=ran(§)>",
    "<svg data-ran onload=ran(§)>",
    "<ScRiPt/data-ran >ran(§)</sCrIpT >",
)
"""These stand behind each beginning."""
MORE_ELEMENTS = (
    "<svg data-ran><script>ran(§)</script></svg>",
    "<svg data-ran><script href=data:,ran(§) /></svg>",
    "<svg data-ran><animate onbegin=ran(§) attributeName=x dur=1s>",
    "<svg data-ran><set attributeName=href to=javascript:ran(§)>",
    "<svg data-ran><a href=javascript:ran(§)><text y=9>x</text></a></svg>",
    "<svg data-ran><foreignObject><img src=x: onerror=ran(§)></foreignObject></svg>",
    "<svg data-ran><use href=data:image/svg+xml,x#ran(§)>",
    "<math data-ran><mtext><img src=x: onerror=ran(§)></mtext></math>",
    "<math data-ran href=javascript:ran(§)>x</math>",
    "<math><mi data-ran xlink:href=javascript:ran(§)>x</mi></math>",
    "<iframe data-ran srcdoc='<script>parent.ran(§)</script>'></iframe>",
    "<iframe data-ran src=javascript:parent.ran(§)></iframe>",
    "<object data-ran data=javascript:ran(§)></object>",
    "<embed data-ran src=javascript:ran(§)>",
    "<details data-ran open ontoggle=ran(§)>x</details>",
    "<input data-ran autofocus onfocus=ran(§)>",
    "<select data-ran autofocus onfocus=ran(§)></select>",
    "<button data-ran autofocus onfocus=ran(§)>x</button>",
    "<form data-ran action=javascript:ran(§)><button>x</button></form>",
    "<button data-ran form=x formaction=javascript:ran(§)>x</button>",
    "<a data-ran href=javascript:ran(§)>x</a>",
    "<a data-ran href='java&#9;script:ran(§)'>x</a>",
    "<a data-ran href=&#106;avascript&colon;ran(§)>x</a>",
    "<base data-ran href=javascript:ran(§)//>",
    "<meta data-ran http-equiv=refresh content='9;url=javascript:ran(§)'>",
    "<link data-ran rel=stylesheet href=x: onerror=ran(§)>",
    "<style data-ran onload=ran(§)>x{}</style>",
    "<body data-ran onload=ran(§)>",
    "<video data-ran><source onerror=ran(§)></video>",
    "<audio data-ran src=x: onerror=ran(§)></audio>",
    "<video data-ran poster=x: src=x: onerror=ran(§)></video>",
    "<img data-ran srcset='x: 1x' onerror=ran(§)>",
    "<input data-ran type=image src=x: onerror=ran(§)>",
    "<marquee data-ran onstart=ran(§)>x</marquee>",
    "<x data-ran tabindex=1 onfocus=ran(§) id=x>x</x>",
    "<p data-ran onmouseover=ran(§) onclick=ran(§)>x</p>",
    "<p data-ran hx-on:htmx:load=ran(§) hx-get=/health hx-trigger=load>x</p>",
    "<p data-ran data-hx-on--load=ran(§)>x</p>",
    "<template data-ran shadowrootmode=open><img src=x: onerror=ran(§)></template>",
    "<noscript><p title='</noscript><img data-ran src=x: onerror=ran(§)>'>",
    "<table><td data-ran background=javascript:ran(§)>x",
    "<!--><img data-ran src=x: onerror=ran(§)>",
    "<![CDATA[<img data-ran src=x: onerror=ran(§)>]]>",
    "<?xml ><img data-ran src=x: onerror=ran(§) ?>",
    "<%<img data-ran src=x: onerror=ran(§)>",
    "<<img data-ran src=x: onerror=ran(§)//",
    "<img data-ran src=x: onerror=ran(§)//",
    "<img/data-ran/src='x:'/onerror=ran(§)>",
    "<img\tdata-ran\nsrc=x:\fonerror=ran(§)>",
    '<img data-ran alt="`" src=x: onerror="ran(§)">',
)
ATTRIBUTES = (
    "onfocus=ran(§) autofocus x=", "onmouseover=ran(§) x=", "onload=ran(§) x=", "onerror=ran(§) src=x: x=",
    "href=javascript:ran(§) x=", "formaction=javascript:ran(§) x=",
    "style=animation-name:x onanimationend=ran(§) x=", "hx-on:click=ran(§) x=", "ontoggle=ran(§) popover x=",
)  # fmt: skip
QUOTES = ('" …"', "' …'", " … ", "/ …/")
"""What ends the value of an attribute, and begins the next one."""
ADDRESSES = (
    "javascript:ran(§)", "JaVaScRiPt:ran(§)", " javascript:ran(§)", "\x01javascript:ran(§)",
    "java\tscript:ran(§)", "java\nscript:ran(§)", "javascript&colon;ran(§)", "&#x6A;avascript:ran(§)",
    "javascript:/*-->*/ran(§)", "javascript://%0Aran(§)", "javascript://elsewhere.invalid/%0Dran(§)",
    "vbscript:ran(§)", "data:text/html,<script>parent.ran(§)</script>",
    "data:text/html;base64,PHNjcmlwdD5wYXJlbnQucmFuKCk8L3NjcmlwdD4=§",
    "data:image/svg+xml,<svg onload=ran(§)>",
    "//elsewhere.invalid/§", "\\\\elsewhere.invalid\\§", "view-source:javascript:ran(§)",
)  # fmt: skip
SCRIPTS = (
    "';ran(§);//", '";ran(§);//', "\\';ran(§);//", '\\";ran(§);//', "`;ran(§);//", "${ran(§)}", "'-ran(§)-'",
    '"-ran(§)-"', "\u2028ran(§)\u2028", "\nran(§)\n", "*/ran(§)/*", "<!--\nran(§)", "]};ran(§);({[",
    "__proto__[x]=ran(§)", "</script ><script data-ran>ran(§)//",
)  # fmt: skip
TEMPLATES = (
    "{{ ran(§) }}", "{{ '<script>ran(§)</script>'|safe }}", "{% autoescape off %}{{ x§ }}",
    "{% include 'x§' %}", "{{constructor.constructor('ran(§)')()}}", "{{[].__class__.__mro__[§]}}",
    "#{ran(§)}", "<%= ran(§) %>", "[[ran(§)]]", "%(ran§)s", "%s%n§", "{0.__init__§}",
)  # fmt: skip
HIDDEN = (
    "&lt;script&gt;ran(§)&lt;/script&gt;", "&amp;lt;img src=x: onerror=ran(§)&amp;gt;",
    "&#60;script&#62;ran(§)&#60;/script&#62;", "&#x3c;img src=x: onerror=ran(§)&#x3e;",
    "%3Cscript%3Eran(§)%3C/script%3E", "%253Cscript%253Eran(§)%253C/script%253E",
    "\\u003cscript\\u003eran(§)\\u003c/script\\u003e", "\\x3cimg src=x: onerror=ran(§)\\x3e",
    "+ADw-script+AD4-ran(§)+ADw-/script+AD4-", "＜script＞ran(§)＜/script＞", "À¼script>ran(§)À¼/script>",
    "\ufffd<img data-ran src=x: onerror=ran(§)>\ufffd", "Ã\x83Â\x82<script data-ran>ran(§)</script>",
    "\u202e<script data-ran>ran(§)</script>\u202c", "\u2067<img data-ran src=x: onerror=ran(§)>\u2069",
    "\u200f\u200e<svg data-ran onload=ran(§)>", "\ufeff<script data-ran>ran(§)</script>",
    "<\u200bscript>ran(§)</\u200bscript>", "<scr\u00adipt>ran(§)</scr\u00adipt>",
    "<scr<script data-ran>ipt>ran(§)</scr</script>ipt>", "<ſcript data-ran>ran(§)</ſcript>",
    "<ımg data-ran src=x: onerror=ran(§)>", "<script\u0338 data-ran>ran(§)</script>",
    "e\u0301\u0301\u0301<img data-ran src=x: onerror=ran(§)>", "\U0001f600<svg data-ran onload=ran(§)>",
    "สวัสดี<script data-ran>ran(§)</script>ครับ", "บ้าน\"'><img data-ran src=x: onerror=ran(§)>เลขที่ ๑๒/๓",
    "น้ำ<svg data-ran onload=ran(§)>ใจ", "ก็็็็็<img data-ran src=x: onerror=ran(§)>",
    "เ<script data-ran>ran(§)</script>า",
    "๑๒๓&lt;script&gt;ran(§)&lt;/script&gt;", "၁<img data-ran src=x: onerror=ran(§)>",
    "ລາວ' onfocus=ran(§) autofocus x='",
)  # fmt: skip


def _made() -> tuple[str, ...]:
    behind = [begin + element for begin, element in product(BEGINS, ELEMENTS)]
    inside = [quote.replace("…", one) for quote, one in product(QUOTES, ATTRIBUTES)]
    shapes = [*behind, *MORE_ELEMENTS, *inside, *ADDRESSES, *SCRIPTS, *TEMPLATES, *HIDDEN]
    return tuple(shape.replace("§", str(number)) for number, shape in enumerate(shapes))


PAYLOADS = _made()


def text(mark: str, turn: int) -> str:
    """Return all of them in one text, beginning with the `turn`-th, with a mark that shows where it went."""
    first = turn % len(PAYLOADS)
    return " ".join([PAYLOADS[first], mark, *PAYLOADS[first + 1 :], *PAYLOADS[:first]])
