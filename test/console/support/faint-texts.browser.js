// Runs in the page: every visible text whose contrast with what is behind it is too low, with the contrast.

function channelsOf(colour) {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = colour.slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function behind(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    const colour = channelsOf(getComputedStyle(at).backgroundColor);
    if ((colour[3] ?? 1) > 0) return colour;
  }
  return [255, 255, 255];
}

/** WCAG 2.2, 1.4.3, level AA. */
function faintTexts(least = 4.5) {
  const faint = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() !== null) {
    const { parentElement: element, nodeValue } = walker.currentNode;
    const text = nodeValue.trim();
    if (text === "" || element.getClientRects().length === 0) continue;
    looked += 1;
    const front = luminance(channelsOf(getComputedStyle(element).color));
    const back = luminance(behind(element));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < least) faint.push({ text, ratio: Math.round(ratio * 100) / 100 });
  }
  return { looked, faint };
}

faintTexts();
