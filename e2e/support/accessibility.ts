/// <reference lib="dom" />
import type { Page } from 'playwright-core';

/**
 * What WCAG 2.2 finds fault with and a script can see: fields without a label (1.3.1), buttons and links without a name
 * (4.1.2), ids used twice, text of low contrast (1.4.3), small targets (2.5.8), and content wider than the window (1.4.10).
 */
export const auditPage = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    type Colour = [number, number, number, number];
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const colourOf = (css: string): Colour => {
      if (!canvas) throw new Error('no canvas');
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha];
    };
    const luminance = ([red, green, blue]: Colour): number => {
      const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (node: Element | null): Colour => {
      if (!node) return [255, 255, 255, 255];
      const colour = colourOf(getComputedStyle(node).backgroundColor);
      return colour[3] === 255 ? colour : backgroundOf(node.parentElement);
    };
    const contrastOf = (node: Element): number => {
      const lights = [luminance(colourOf(getComputedStyle(node).color)), luminance(backgroundOf(node))];
      return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    };
    const all = Array.from(document.body.querySelectorAll('*')).filter((node) => node.checkVisibility());
    const nameOf = (node: Element) =>
      `${node.tagName.toLowerCase()}#${node.id} ${node.textContent.trim().slice(0, 30)}`;
    const find = (fault: string, isFaulty: (node: Element) => boolean) =>
      all.filter(isFaulty).map((node) => `${fault}: ${nameOf(node)}`);
    const hasOwnText = (node: Element) =>
      Array.from(node.childNodes).some(
        ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim(),
      );
    return [
      ...find('no label', (node) => node.matches('input, textarea') && !('labels' in node && node.closest('label'))),
      ...find('no name', (node) => node.matches('button, a') && node.textContent.trim() === ''),
      ...find('id used twice', ({ id }) => id !== '' && document.querySelectorAll(`#${CSS.escape(id)}`).length > 1),
      ...find('low contrast', (node) => hasOwnText(node) && contrastOf(node) < 4.5),
      ...find('small target', (node) => node.matches('button, input') && node.getBoundingClientRect().height < 24),
      ...(document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : []),
    ];
  });
