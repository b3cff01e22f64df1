// What the reports of `reporter.mjs` say at the end of CI: what failed and why, what passed only when tried again, and the sums.
// An `.again` that is still there was not tried again.
import { existsSync, readFileSync } from 'node:fs';

function read(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, lines: ['FAILED a run that told nothing'] };
  const { passed, failed, lines } = JSON.parse(readFileSync(file, 'utf8'));
  return { passed, failed: failed + (existsSync(`${file}.again`) ? 1 : 0), lines };
}

const reports = process.argv.slice(2).map(read);
for (const line of reports.flatMap(({ lines }) => lines)) console.log(line);
const sum = (name) => reports.reduce((total, report) => total + report[name], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
