import { gatewayNames, titles } from './gateways.ts';
import { operations } from './operations.ts';
import { figuresOf, type Results } from './results.ts';

const width = 720;
const labelWidth = 210;
const valueWidth = 80;
const barHeight = 18;
const rowHeight = 26;
const panelHead = 34;
const panelHeight = panelHead + gatewayNames.length * rowHeight + 14;
const top = 40;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #3d3d3a }
  .title { font-size: 15px; font-weight: 600; fill: #1a1a19 }
  .panel { font-weight: 600; fill: #1a1a19 }
  .axis { stroke: #b4b3ab }
  .peer { fill: #a3a29a }
  .ours { fill: #2a78d6 }
  .back { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #c3c2b7 }
    .title, .panel { fill: #f5f4ee }
    .axis { stroke: #5c5b55 }
    .peer { fill: #7c7b74 }
    .ours { fill: #4c93e8 }
    .back { fill: #1a1a19 }
  }`;

/** A bar chart, as SVG, of the CPU a request takes: a panel with its own scale for each operation. */
export function chart(results: Results): string {
  const height = top + operations.length * panelHeight;
  const panels = operations.map(({ name }, index) => panel(results, name, top + index * panelHeight));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">CPU milliseconds a request, by operation and gateway</title>',
    `<style>${style}\n</style>`,
    `<rect class="back" width="${width}" height="${height}"/>`,
    '<text class="title" x="16" y="26">CPU a request of the gateway’s process, ms (less is better)</text>',
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel(results: Results, operation: (typeof operations)[number]['name'], y: number): string {
  const values = gatewayNames.map((gateway) => ({ gateway, cpu: figuresOf(results, operation, gateway).cpu }));
  const most = Math.max(...values.map(({ cpu }) => cpu));
  const scale = (width - labelWidth - valueWidth) / most;
  const bars = values.map(({ gateway, cpu }, index) => {
    const at = y + panelHead + index * rowHeight;
    const length = (cpu * scale).toFixed(1);
    const middle = at + barHeight / 2 + 5;
    const end = (labelWidth + cpu * scale + 8).toFixed(1);
    return [
      `<text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${titles[gateway]}</text>`,
      `<rect class="${gateway === 'ours' ? 'ours' : 'peer'}" x="${labelWidth}" y="${at}" width="${length}" height="${barHeight}" rx="2"/>`,
      `<text x="${end}" y="${middle}">${cpu.toFixed(2)}</text>`,
    ].join('\n');
  });
  const foot = y + panelHead + gatewayNames.length * rowHeight - 4;
  return [
    `<text class="panel" x="16" y="${y + 20}">${operation}</text>`,
    `<line class="axis" x1="${labelWidth}" x2="${labelWidth}" y1="${y + panelHead - 4}" y2="${foot}"/>`,
    ...bars,
  ].join('\n');
}
