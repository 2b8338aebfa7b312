// What a person sees of a mail, asked of the browser that laid it out.
//
// Runs in a page of our own, never in the mail's. `show(html)` writes the mail into a frame whose sandbox runs no script and
// follows no refresh, and walks what was laid out. `innerText` would not do: it keeps text in the colour of its
// background, text that is transparent, tiny, clipped or off the screen.
//
// The answer: `text` (visible text; a line break wherever a box ends), `odd` (the pieces of it that are no text of the
// document: [kind, text]), `gone` (text that is not seen: [reason, text]), `links` ([href, reason why not seen or ""]).

const WIDTH = 1024;
// Smaller than this in either direction, a box shows no letter.
const SMALLEST_BOX = 2;
// An anchor without content is seen where its box is at least as large as a space between words.
const SMALLEST_ANCHOR = 3;
// In font sizes: the box of one large letter with some room around it.
const WIDEST_LETTER = 3;
const SMALLEST_FONT = 2;
const LEAST_OPACITY = 0.1;
// WCAG 2.2 contrast below which text is not told from its background, and the channel distance that tells it anyway.
const LEAST_CONTRAST = 1.15;
const MOST_HIDDEN_DISTANCE = 40;
// A page may be scrolled sideways; nobody scrolls for some screens.
const MOST_SCROLL = 3 * WIDTH;
// With the network cut no image comes; each is given this one, so that it has a size where the mail gives it none.
const IMAGE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='80' height='40'/>";
const IMAGE_WAIT = 3000;

const NEVER_SHOWN = new Set(["SCRIPT", "STYLE", "TEMPLATE", "TITLE", "HEAD", "NOFRAMES", "NOEMBED", "IFRAME", "META", "LINK", "DATALIST", "title", "desc", "defs", "metadata", "style", "script"]);
const FIELDS_WITHOUT_TEXT = new Set(["hidden", "password", "checkbox", "radio", "color", "range", "file", "image"]);

async function show(html) {
  for (const old of document.querySelectorAll("iframe")) old.remove();
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-same-origin";
  frame.style.cssText = `width:${WIDTH}px;height:${WIDTH}px;border:0`;
  document.body.append(frame);
  const page = frame.contentDocument;
  page.open();
  page.write(html);
  page.close();
  await giveImages(page);
  const answer = new Walk(frame.contentWindow, page).answer();
  frame.remove();
  return answer;
}

async function giveImages(page) {
  const images = [...page.images];
  for (const image of images) {
    image.loading = "eager";
    image.removeAttribute("srcset");
    image.src = IMAGE;
  }
  for (const source of page.querySelectorAll("picture source")) source.remove();
  const all = Promise.all(images.map((image) => image.decode().catch(() => {})));
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, IMAGE_WAIT))]);
}

class Walk {
  constructor(view, page) {
    Object.assign(this, { view, page, text: "", odd: [], gone: [], links: [], maps: new Set(), range: page.createRange() });
    this.base = page.querySelector("base[href]");
    const root = (element) => element && view.getComputedStyle(element).direction === "rtl";
    this.rightToLeft = root(page.documentElement) || root(page.body);
    this.generates = [...page.querySelectorAll("style")].some((sheet) => /content\s*:/.test(sheet.textContent));
  }

  answer() {
    this.element(this.page.documentElement, { reason: "", opacity: 1, clip: null, positionedClip: null, background: [255, 255, 255], link: null, kind: "" });
    for (const area of this.page.querySelectorAll("area[href]")) {
      const name = area.closest("map")?.name;
      this.links.push({ href: this.href(area), seen: this.maps.has("#" + name), reason: "area of no image" });
    }
    const links = this.links.map((link) => [link.href, link.seen ? "" : link.reason || "anchor without content"]);
    return { text: this.text, odd: this.odd, gone: this.gone, links };
  }

  // What is handed down: why all inside is hidden, the product of opacities, the clipping rectangle (and the one for
  // absolutely positioned descendants, which only their positioned ancestors clip), the colour behind, the link around.
  element(element, outer) {
    const tag = element.tagName;
    if (NEVER_SHOWN.has(tag)) return;
    const style = this.view.getComputedStyle(element);
    const state = this.entered(element, style, outer);
    const [before, breaks] = [this.text, !state.reason && this.separates(element, style)];
    if (breaks) this.text += "\n";
    if (!this.replaced(element, style, state)) {
      this.generated(element, "::before", state);
      const closed = element.tagName === "DETAILS" && !element.open;
      for (const node of element.childNodes) {
        if (closed && node.tagName !== "SUMMARY") this.gone.push(["closed details", node.textContent]);
        else if (node.nodeType === Node.TEXT_NODE) this.textNode(node, element, style, state);
        else if (node.nodeType === Node.ELEMENT_NODE) this.element(node, state);
      }
      this.generated(element, "::after", state);
    }
    if (state.link !== outer.link) this.closeLink(element, state);
    if (breaks) this.text += "\n";
    // Out of the flow and empty to the eye: the words on both sides of it touch.
    const outOfFlow = style.position === "absolute" || style.position === "fixed";
    if (outOfFlow && this.text.slice(before.length).trim() === "") this.text = before;
  }

  // Whether a reader takes the element's text for other words than those beside it. A box in a line may hold one digit of
  // a code; one that is some letters wide is a column.
  separates(element, style) {
    if (style.display.startsWith("inline-")) return element.getBoundingClientRect().width > WIDEST_LETTER * parseFloat(style.fontSize);
    return !/^(inline|contents|none|ruby)/.test(style.display);
  }

  entered(element, style, outer) {
    const state = { ...outer };
    if (element.tagName === "NOSCRIPT") state.kind = "noscript";
    if (element.tagName === "svg") state.kind = "svg";
    state.opacity *= Number(style.opacity);
    if (/opacity\(0(%|\.0\d*|)\)/.test(style.filter)) state.opacity = 0;
    state.reason ||= this.hides(element, style, state);
    this.enterClip(element, style, state, outer);
    state.background = behind(style, outer.background);
    if (element.tagName === "A" && element.hasAttribute("href")) {
      state.link = { href: this.href(element), seen: false, reason: state.reason, hidesText: false };
      this.links.push(state.link);
    }
    return state;
  }

  // Why nothing inside the element can be seen, or "".
  hides(element, style, state) {
    if (style.display === "none") return "display: none, " + (element.hidden || element.style.display === "none" ? "inline" : "style sheet");
    if (!element.checkVisibility() && style.display !== "contents") return "content not shown";
    if (state.opacity < LEAST_OPACITY) return "opacity, " + (element.style.opacity ? "inline" : "style sheet");
    const sides = style.position === "absolute" || style.position === "fixed" ? style.clip.match(/-?[\d.]+px/g)?.map(parseFloat) : null;
    if (sides?.length === 4 && (sides[1] - sides[3] < SMALLEST_BOX || sides[2] - sides[0] < SMALLEST_BOX)) return "clip";
    return clipsAll(style.clipPath) ? "clip-path" : "";
  }

  enterClip(element, style, state, outer) {
    if (style.position === "fixed") state.clip = null;
    if (style.position === "absolute") state.clip = outer.positionedClip;
    const takesOverflow = !/^(inline$|contents|none|table$|inline-table|table-row|table-column|table-header|table-footer)/.test(style.display);
    if (takesOverflow && element !== this.page.documentElement && element !== this.page.body) {
      const box = element.getBoundingClientRect();
      const cuts = (overflow, length) => /hidden|clip/.test(overflow) || (overflow !== "visible" && length < SMALLEST_BOX);
      const own = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
      if (cuts(style.overflowX, box.width)) Object.assign(own, { left: box.left, right: box.right });
      if (cuts(style.overflowY, box.height)) Object.assign(own, { top: box.top, bottom: box.bottom });
      state.clip = common(state.clip, own);
    }
    const positioned = style.position !== "static" || style.transform !== "none";
    state.positionedClip = positioned ? state.clip : outer.positionedClip;
  }

  // Elements that show something other than their child nodes.
  replaced(element, style, state) {
    switch (element.tagName) {
      case "BR":
      case "HR":
        this.text += "\n";
        return true;
      case "IMG":
        this.image(element, style, state);
        return true;
      case "INPUT":
        if (element.type === "image") this.boxed(element, style, state, "alt", element.alt);
        else if (!FIELDS_WITHOUT_TEXT.has(element.type)) this.field(element, style, state);
        return true;
      case "TEXTAREA":
        this.field(element, style, state);
        return true;
      case "SELECT": {
        if (element.multiple || element.size > 1) return false;
        const chosen = element.selectedOptions[0];
        this.boxed(element, style, state, "chosen option", chosen?.textContent ?? "");
        for (const option of element.options) if (option !== chosen) this.gone.push(["option not chosen", option.textContent]);
        return true;
      }
      case "VIDEO":
      case "AUDIO":
      case "CANVAS":
        this.gone.push(["fallback of media", element.textContent]);
        return true;
      default:
        return false;
    }
  }

  image(image, style, state) {
    if (this.boxed(image, style, state, "alt", image.alt) && image.useMap) this.maps.add(image.useMap);
  }

  field(element, style, state) {
    const value = element.value || (element.type === "submit" || element.type === "reset" ? "" : element.placeholder || "");
    this.boxed(element, style, state, element.value ? `value of ${element.tagName.toLowerCase()}` : "placeholder", value);
  }

  // Text that an element's own box shows; says whether the box is seen.
  boxed(element, style, state, kind, text) {
    const reason = state.reason || (style.visibility === "visible" ? this.unseen([element.getBoundingClientRect()], state, SMALLEST_BOX) : "visibility");
    this.put(reason, kind, ` ${text} `);
    if (!reason && state.link) state.link.seen = true;
    return !reason;
  }

  put(reason, kind, text) {
    if (!reason) this.text += text;
    if (text.trim() === "") return;
    if (reason) this.gone.push([reason, text]);
    else if (kind) this.odd.push([kind, text]);
  }

  generated(element, which, state) {
    if (!this.generates || state.reason) return;
    const style = this.view.getComputedStyle(element, which);
    const content = style.display !== "none" && style.content.match(/^"(.*)"$/)?.[1];
    if (content && content.trim() && style.visibility === "visible") this.put("", "generated content", content);
  }

  textNode(node, element, style, state) {
    if (node.data.trim() === "") {
      if (!state.reason) this.text += " ";
      return;
    }
    const reason = state.reason || this.unreadable(style, state);
    const rects = reason ? [] : this.rects(node, 0, node.length);
    const seen = rects.filter((rect) => !this.unseen([rect], state, SMALLEST_BOX));
    if (seen.length > 0 && seen.length < rects.filter((rect) => rect.width > 0).length) return this.words(node, state);
    this.found(reason || (seen.length ? "" : this.unseen(rects, state, SMALLEST_BOX)), node.data, state);
  }

  found(reason, text, state) {
    if (state.link) {
      if (reason) [state.link.hidesText, state.link.reason] = [true, state.link.reason || reason];
      else state.link.seen = true;
    }
    this.put(reason, state.kind, text);
  }

  // A text of which a part is seen: word by word.
  words(node, state) {
    for (const word of node.data.matchAll(/\S+|\s+/g)) {
      const blank = word[0].trim() === "";
      this.found(blank ? "" : this.unseen(this.rects(node, word.index, word.index + word[0].length), state, SMALLEST_BOX), word[0], state);
    }
  }

  rects(node, start, end) {
    this.range.setStart(node, start);
    this.range.setEnd(node, end);
    return [...this.range.getClientRects()];
  }

  unreadable(style, state) {
    if (style.visibility !== "visible") return "visibility";
    if (parseFloat(style.fontSize) < SMALLEST_FONT) return "font size";
    return blends(colour(style.webkitTextFillColor), state.background) ? "colour of the background" : "";
  }

  // Why none of the rectangles shows anything, or "".
  unseen(rects, state, least) {
    let reason = "no box";
    for (const rect of rects) {
      if (rect.width <= 0 || rect.height < least) continue;
      const inside = common(state.clip, rect);
      if (inside.right - inside.left < Math.min(least, rect.width) || inside.bottom - inside.top < least) {
        reason = "clipped";
        continue;
      }
      const [from, to] = this.rightToLeft ? [WIDTH - MOST_SCROLL, WIDTH] : [0, MOST_SCROLL];
      if (inside.bottom > 1 && inside.right > from && inside.left < to) return "";
      reason = "off screen";
    }
    return reason;
  }

  closeLink(element, state) {
    const link = state.link;
    if (link.seen || state.reason || link.hidesText) return;
    const rects = [...element.getClientRects()].filter((rect) => rect.width >= SMALLEST_ANCHOR);
    link.seen = this.view.getComputedStyle(element).visibility === "visible" && this.unseen(rects, state, SMALLEST_ANCHOR) === "";
  }

  // The attribute as sent; where the mail names a base, what a relative one leads to.
  href(anchor) {
    const sent = anchor.getAttribute("href").trim();
    return this.base && !/^[a-z][a-z0-9+.-]*:/i.test(sent) ? anchor.href : sent;
  }
}

function common(a, b) {
  if (!a) return b;
  return { left: Math.max(a.left, b.left), right: Math.min(a.right, b.right), top: Math.max(a.top, b.top), bottom: Math.min(a.bottom, b.bottom) };
}

// The colour behind an element's text; null where it cannot be known.
function behind(style, outer) {
  if (style.backgroundImage !== "none") return null;
  const own = colour(style.backgroundColor);
  if (!own) return null;
  if (own[3] === 0) return style.position === "absolute" || style.position === "fixed" ? null : outer;
  return own[3] === 1 ? own.slice(0, 3) : outer && over(own, outer);
}

function over(top, below) {
  return below.map((channel, at) => top[at] * top[3] + channel * (1 - top[3]));
}

// [red, green, blue, alpha] of a computed colour, or null in other colour spaces.
function colour(value) {
  const parts = value.match(/^rgba?\(([^)]*)\)$/)?.[1].split(/[ ,/]+/).map(Number);
  return parts ? [...parts.slice(0, 3), parts[3] ?? 1] : null;
}

function blends(text, background) {
  if (!text) return false;
  if (text[3] < LEAST_OPACITY) return true;
  if (!background) return false;
  const shown = over(text, background);
  const distance = Math.max(...shown.map((channel, at) => Math.abs(channel - background[at])));
  const [a, b] = [luminance(shown), luminance(background)];
  return distance <= MOST_HIDDEN_DISTANCE && (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < LEAST_CONTRAST;
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((channel) => (channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function clipsAll(path) {
  const insets = path.match(/^inset\(([^)]*)\)/)?.[1].split(/\s+/);
  if (insets) return insets.every((side) => side.endsWith("%") && parseFloat(side) >= 50);
  return /^circle\(0(px|%)?[ )]/.test(path) || /^polygon\((0(px|%)? 0(px|%)?,? ?)+\)$/.test(path);
}
